"""The project ID of a region, asked from IAM."""

import httpx
import pytest

from bot.vod.errors import Forbidden, OutcomeUnknown, ProjectNotFound, VodError
from bot.vod.exchange import Authentication
from bot.vod.projects import find_project_id
from tests.helpers.vod_server import IAM, PROJECT, Cloud, cloud, http_to, refusal


async def found(asked: Cloud) -> str:
    async with http_to(asked) as http:
        return await find_project_id(
            http, iam_endpoint=f"{IAM}/", region="ap-southeast-3", auth=Authentication()
        )


async def test_the_only_project_of_that_name_is_taken() -> None:
    asked = cloud(httpx.Response(200, json={"projects": [{"id": PROJECT, "name": "x"}]}))

    assert await found(asked) == PROJECT
    assert str(asked.requests[0].url) == f"{IAM}/v3/projects?name=ap-southeast-3"


@pytest.mark.parametrize(
    ("projects", "told"),
    [
        ([], "no project is named ap-southeast-3"),
        ([{"id": "p1"}, {"id": "p2"}], "2 projects are named ap-southeast-3: p1, p2"),
    ],
)
async def test_none_or_several_projects_are_named_in_the_error(
    projects: list[dict[str, str]], told: str
) -> None:
    with pytest.raises(ProjectNotFound, match=told):
        await found(cloud(httpx.Response(200, json={"projects": projects})))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(200, json={"projects": None}), OutcomeUnknown),
        (httpx.Response(200, html="<p>"), OutcomeUnknown),
        (refusal(403, "IAM.0003"), Forbidden),
    ],
)
async def test_other_answers_are_errors(answer: httpx.Response, kind: type[VodError]) -> None:
    with pytest.raises(kind):
        await found(cloud(answer))
