"""Stand-ins for Slack and for Huawei Cloud VOD: real servers on loopback."""
