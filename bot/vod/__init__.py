"""A client of the Huawei Cloud VOD REST API."""
