"""Finding a region's project ID at IAM."""

import httpx
from pydantic import BaseModel, ValidationError

from bot.vod.errors import ProjectNotFound
from bot.vod.exchange import Authentication, exchange, unusable
from bot.vod.signing import query_string


class _Project(BaseModel):
    id: str


class _Projects(BaseModel):
    projects: tuple[_Project, ...]


async def find_project_id(
    http: httpx.AsyncClient, *, iam_endpoint: str, region: str, auth: Authentication
) -> str:
    """The ID of the one project that is named like the region, as default projects are."""
    url = f"{iam_endpoint.rstrip('/')}/v3/projects?{query_string([('name', region)])}"
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
    answer = await exchange(http, http.build_request("GET", url, headers=headers), auth)
    try:
        projects = _Projects.model_validate_json(answer.content).projects
    except ValidationError:
        raise unusable(answer, "IAM's list of projects has another shape") from None
    if len(projects) != 1:
        raise ProjectNotFound(
            _found(region, [project.id for project in projects]), request_id=answer.request_id
        )
    return projects[0].id


def _found(region: str, ids: list[str]) -> str:
    if not ids:
        return f"no project is named {region}, or this key may not list it"
    return f"{len(ids)} projects are named {region}: {', '.join(ids)}"
