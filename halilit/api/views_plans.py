"""When brands are visited by themselves, and in which hours nobody is."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError
from ninja.responses import codes_4xx

from catalog.models import Brand
from halilit.models import Scope
from ingestion import plans, services
from ingestion.models import Priority, VisitPlan

from . import queries
from .auth import needs
from .schemas import Problem
from .schemas_scraping import Plan, PlanOut, QuietHours, WorkerOut
from .views_worker import is_trusted, worker_out

router = Router(tags=["scraping"])
PLANS = needs(Scope.OPERATE, "ingestion.change_visitplan")
DIRECTS = needs(Scope.OPERATE, "ingestion.change_workerstate")


def plan_out(plan: VisitPlan, brand: Brand, trusted: bool) -> dict[str, Any]:
    own = {field: getattr(plan, field) for field in PlanOut.model_fields if field != "brand"}
    hidden = {} if trusted else {"set_aside_reason": ""}
    return {**own, "brand": brand.name, "priority": Priority(plan.priority).name.lower(), **hidden}


@router.get("/plans/{path:brand_name}", response={200: PlanOut, codes_4xx: Problem})
def read_plan(request: HttpRequest, brand_name: str) -> dict[str, Any]:
    """A brand's rhythm, quiet hours and priority, its next visit, and whether it is set aside after failures."""
    brand = queries.brand_named(brand_name)
    return plan_out(plans.plan_of(brand), brand, is_trusted(request))


@router.put(
    "/plans/{path:brand_name}",
    auth=PLANS,
    response={200: PlanOut, codes_4xx: Problem},
)
def change_plan(request: HttpRequest, brand_name: str, plan: Plan) -> dict[str, Any]:
    """Set a brand's plan, by name or slug; what is left out is as if it had never been set."""
    brand = queries.brand_named(brand_name)
    given = plan.dict() | {"priority": Priority[plan.priority.upper()]}
    try:
        changed = plans.change_plan(brand, **given)
    except ValidationError as problem:
        raise HttpError(422, " ".join(problem.messages)) from problem
    return plan_out(changed, brand, True)


@router.post(
    "/worker/release/{path:brand_name}",
    auth=PLANS,
    response={200: PlanOut, codes_4xx: Problem},
)
def release(request: HttpRequest, brand_name: str) -> dict[str, Any]:
    """Visit a brand by itself again that was set aside after failures."""
    brand = queries.brand_named(brand_name)
    plans.release(brand)
    return plan_out(plans.plan_of(brand), brand, True)


@router.put(
    "/worker/quiet",
    auth=DIRECTS,
    response={200: WorkerOut, codes_4xx: Problem},
)
def quiet_hours(request: HttpRequest, hours: QuietHours) -> dict[str, Any]:
    """Hours in which no site is visited, for all brands; empty for none. Urgent scrapes are done all the same."""
    services.set_quiet_hours(hours.quiet_from, hours.quiet_until)
    return worker_out()
