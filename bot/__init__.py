"""The Slack bot that asks Huawei Cloud VOD to prefetch media files."""
