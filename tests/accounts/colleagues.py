"""What people leave behind: accounts, roles, audit rows."""

from portal.accounts.models import Membership, User
from portal.audit.models import Entry


def people():
    """Everybody's role: address, merchant, role, stores."""
    memberships = Membership.objects.order_by("user__email", "merchant__bio_code").with_people()
    return [
        (
            each.user.email,
            each.merchant.bio_code,
            each.role,
            "all" if each.all_stores else sorted(store.name for store in each.stores.all()),
        )
        for each in memberships
    ]


def accounts():
    return list(User.objects.order_by("email").values_list("email", flat=True))


def deeds(subject="person"):
    """What the audit log says of people: action, actor, on whom, where, facts."""
    entries = Entry.objects.filter(action__startswith=f"{subject}:").order_by("pk")
    return [(each.action, each.actor, each.subject, each.merchant_id, each.details) for each in entries]


def page_of(person, act="change"):
    """The path about somebody's role at their merchant."""
    pk = Membership.objects.get(user=person.user, merchant=person.merchant).pk
    return f"people/{pk}/{act}/"


def errors(response):
    """What a refused form says, by field."""
    assert response.status_code == 422
    return {name: list(found) for name, found in response.context["form"].errors.items()}
