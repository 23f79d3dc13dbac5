"""Tables of people. All of them belong to one person in one workspace and to nobody else."""

from __future__ import annotations

from django.db import models

from pilothouse.apps.workspace.models import public_id_field

__all__ = [
    "BookImport", "BookImportState", "Channel", "Company", "Contact", "ContactTag", "Direction",
    "Event", "EventVisit", "Favour", "FavourKind", "FavourState", "Grouping", "Merge", "Outreach",
    "OutreachState", "PeopleSettings", "Pitch", "PitchVersion", "Post", "PostKind", "PostState",
    "Purpose", "Relation", "Rhythm", "TagKind", "Talk", "Tie",
]  # fmt: skip


class Relation(models.TextChoices):
    """How a person came to be known."""

    COLLEAGUE = "colleague", "Colleague"
    FORMER = "former-colleague", "Former colleague"
    ALUMNI = "alumni", "Studied together"
    STAKEHOLDER = "stakeholder", "Stakeholder"
    CUSTOMER = "customer", "Customer or user"
    MENTOR = "mentor", "Mentor"
    RECRUITER = "recruiter", "Recruiter"
    EVENT = "event", "Met at an event"
    INTRODUCED = "introduced", "Introduced by somebody"
    ONLINE = "online", "Met online"
    FRIEND = "friend", "Friend or family"
    OTHER = "other", "Other"


class Tie(models.IntegerChoices):
    """How well two people know each other."""

    UNKNOWN = 0, "not said"
    WEAK = 1, "weak: we met or are connected"
    MEDIUM = 2, "medium: would answer me"
    STRONG = 3, "strong: would vouch for me"


class TagKind(models.TextChoices):
    """What a word at a contact means."""

    TOPIC = "topic", "Knows about"
    GROUP = "group", "Group"


class Channel(models.TextChoices):
    """By which way two people spoke."""

    MEETING = "meeting", "Met"
    CALL = "call", "Call"
    VIDEO = "video", "Video call"
    MAIL = "mail", "E-mail"
    MESSAGE = "message", "Message"
    EVENT = "event", "At an event"


class FavourKind(models.TextChoices):
    """What one person did for another."""

    INTRODUCTION = "introduction", "Introduction"
    REFERRAL = "referral", "Referral"
    ADVICE = "advice", "Advice or answer"
    REVIEW = "review", "Review or feedback"
    TEARDOWN = "teardown", "Teardown or analysis"
    DATA = "data", "Read-out or data"
    TIME = "time", "Time, such as an interview"
    OTHER = "other", "Other"


class Direction(models.TextChoices):
    """Who did it for whom."""

    GIVEN = "given", "I for them"
    RECEIVED = "received", "They for me"


class FavourState(models.TextChoices):
    """Where a favour stands."""

    ASKED = "asked", "Asked"
    DONE = "done", "Done"
    DECLINED = "declined", "Declined"


class Purpose(models.TextChoices):
    """What a message is for."""

    OFFER = "offer", "Offer something of use"
    ADVICE = "advice", "Ask for advice"
    INTRODUCTION = "introduction", "Ask for an introduction"
    REFERRAL = "referral", "Ask for a referral"
    THANKS = "thanks", "Thank"
    RECONNECT = "reconnect", "Take up contact again"


class OutreachState(models.TextChoices):
    """Where a message stands. It is sent by the person, never by the workbench."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    ANSWERED = "answered", "Answered"


class PostKind(models.TextChoices):
    """What is made public of one's own work."""

    POST = "post", "Post"
    ARTICLE = "article", "Article"
    TALK = "talk", "Talk"
    ANSWER = "answer", "Answer in a community"


class PostState(models.TextChoices):
    """Where a post stands."""

    IDEA = "idea", "Idea"
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    DROPPED = "dropped", "Dropped"


class BookImportState(models.TextChoices):
    """Where an import of contacts stands."""

    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    UNDONE = "undone", "Undone"


class _Owned(models.Model):
    """A row of one person's book."""

    public_id = public_id_field()
    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")

    class Meta:
        abstract = True


class PeopleSettings(models.Model):
    """How one person keeps the book."""

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    zone = models.CharField(max_length=64, default="UTC")  # where a day begins
    stale_days = models.PositiveIntegerField(default=182)  # not contacted for so long is long

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "user"], name="people_settings_once"),
        )


class Company(_Owned):
    """An organisation where somebody is known or wanted."""

    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200)  # the name folded, without its legal form
    website = models.CharField(max_length=500, blank=True)
    notes = models.TextField(blank=True)
    is_target = models.BooleanField(default=False)
    why = models.TextField(blank=True)  # why it is a target
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["workspace", "user", "key"], name="company_by_key"),)


class BookImport(_Owned):
    """A file of contacts: looked at first, then taken in, and taken out again where wished."""

    file_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10)  # linkedin, google or vcard
    upload = models.CharField(max_length=40)
    state = models.CharField(
        max_length=10, choices=BookImportState.choices, default=BookImportState.WAITING
    )
    group = models.CharField(max_length=60, blank=True)  # the group all of them get
    found = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    merged = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)  # {"line", "sentence"}
    # What it filled in at contacts that were here: {contact: {field: [before, after]}}
    changes = models.JSONField(default=dict)
    at = models.DateTimeField()


class Contact(_Owned):
    """A person one knows or wants to know."""

    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200)  # folded, family name first where it is known
    given = models.CharField(max_length=100, blank=True)
    family = models.CharField(max_length=100, blank=True)
    role = models.CharField(max_length=200, blank=True)
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="contacts")
    emails = models.JSONField(default=list)
    phones = models.JSONField(default=list)
    links = models.JSONField(default=list)  # addresses of the web
    details = models.JSONField(default=list)  # [label, value]: what a file said besides
    relation = models.CharField(max_length=20, choices=Relation.choices, blank=True)
    how_met = models.CharField(max_length=500, blank=True)
    met_on = models.DateField(null=True)
    interests = models.TextField(blank=True)
    notes = models.TextField(blank=True)
    tie = models.PositiveSmallIntegerField(choices=Tie.choices, default=Tie.UNKNOWN)
    power = models.PositiveSmallIntegerField(null=True)  # 1 to 5: what they can stop or open
    interest = models.PositiveSmallIntegerField(null=True)  # 1 to 5: how much it touches them
    wants = models.TextField(blank=True)  # what they want of the work
    is_target = models.BooleanField(default=False)
    why = models.TextField(blank=True)  # why it is somebody to meet
    cadence_days = models.PositiveIntegerField(null=True)  # own; else that of the groups
    is_resting = models.BooleanField(default=False)  # no reminders at all
    snoozed_until = models.DateField(null=True)
    last_contact_on = models.DateField(null=True)
    due_on = models.DateField(null=True)  # reckoned from the last contact
    words = models.TextField(blank=True)  # all that the list looks through, folded
    uid = models.CharField(max_length=200, blank=True)  # how other programs know it
    source = models.CharField(max_length=10, blank=True)
    batch = models.ForeignKey(BookImport, models.SET_NULL, null=True, related_name="+")
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    added_on = models.DateField()  # the person's day
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["workspace", "user", "sort_key"], name="contact_by_name"),
            models.Index(fields=["workspace", "user", "due_on"], name="contact_by_due"),
            models.Index(fields=["workspace", "user", "last_contact_on"], name="contact_by_last"),
        )


class ContactTag(models.Model):
    """A word at a contact: what they know about, or a group they are in."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="tags")
    kind = models.CharField(max_length=5, choices=TagKind.choices)
    word = models.CharField(max_length=60)
    key = models.CharField(max_length=60)  # folded

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["contact", "kind", "key"], name="contact_tag_once"),
        )
        indexes = (models.Index(fields=["kind", "key"], name="contact_by_tag"),)


class Rhythm(models.Model):
    """How often the people of a group are to hear from one."""

    workspace = models.ForeignKey("workspace.Workspace", models.CASCADE, related_name="+")
    user = models.ForeignKey("workspace.User", models.CASCADE, related_name="+")
    group = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    days = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "user", "key"], name="rhythm_once"),
        )


class Merge(_Owned):
    """Two contacts made one, with what both were before."""

    kept = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    gone = models.ForeignKey(Contact, models.CASCADE, related_name="+")
    before = models.JSONField()  # the fields of the kept one that changed
    moved = models.JSONField()  # {"talk": [ids], ...}
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)


class Grouping(_Owned):
    """People of a filter put into a group at once, so that it can be undone."""

    word = models.CharField(max_length=60)
    key = models.CharField(max_length=60)  # folded
    contacts = models.JSONField()  # the keys of those who came into the group by it
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)


class Event(_Owned):
    """A meeting of people, once or again and again."""

    title = models.CharField(max_length=200)
    place = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    notes = models.TextField(blank=True)
    goals = models.TextField(blank=True)
    begins = models.CharField(max_length=25)  # wall-clock time, or a day where it is all day
    minutes = models.PositiveIntegerField()  # by the wall clock
    zone = models.CharField(max_length=64, blank=True)  # empty: a whole day, or no zone
    is_all_day = models.BooleanField(default=False)
    rule = models.CharField(max_length=500, blank=True)  # RRULE of RFC 5545
    excluded = models.JSONField(default=list)  # wall-clock starts left out
    added = models.JSONField(default=list)  # wall-clock starts besides the rule's
    changed = models.JSONField(default=list)  # {"at", "begins", "minutes", "title", "place"}
    uid = models.CharField(max_length=300)
    source = models.CharField(max_length=200, blank=True)  # the file it came from
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["workspace", "user", "uid"], name="event_by_uid"),)


class EventVisit(models.Model):
    """One time that an event takes place, as the person goes there."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="visits")
    at = models.CharField(max_length=25)  # its start before any change, by the wall clock
    goals = models.TextField(blank=True)
    went = models.BooleanField(null=True)
    learned = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["event", "at"], name="event_visit_once"),)


class Talk(_Owned):
    """Something that was said between two people."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="talks")
    on = models.DateField()
    channel = models.CharField(max_length=10, choices=Channel.choices)
    text = models.TextField()
    learned = models.TextField(blank=True)
    follow_up = models.CharField(max_length=500, blank=True)
    follow_up_on = models.DateField(null=True)
    followed_up_on = models.DateField(null=True)
    visit = models.ForeignKey(EventVisit, models.SET_NULL, null=True, related_name="talks")
    outreach = models.ForeignKey("Outreach", models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["contact", "-on"], name="talk_newest"),
            models.Index(fields=["workspace", "user", "follow_up_on"], name="talk_follow_up"),
        )


class Favour(_Owned):
    """Something asked, given or received: an introduction, a referral, advice."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="favours")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    kind = models.CharField(max_length=12, choices=FavourKind.choices)
    text = models.CharField(max_length=1000)
    state = models.CharField(max_length=8, choices=FavourState.choices, default=FavourState.DONE)
    about = models.ForeignKey(Contact, models.SET_NULL, null=True, related_name="+")
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="+")
    on = models.DateField()
    ended_on = models.DateField(null=True)
    thanked_on = models.DateField(null=True)
    outreach = models.ForeignKey("Outreach", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["workspace", "user", "direction", "state"], name="favour_state"),
        )


class Outreach(_Owned):
    """A message to one person, composed of what one really did."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="outreach")
    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    # What is offered: {"kind": act, study or post, "id", "title", "url", "numbers"}
    evidence = models.JSONField(default=list)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.MAIL)
    state = models.CharField(
        max_length=8, choices=OutreachState.choices, default=OutreachState.DRAFT
    )
    sent_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["workspace", "user", "state"], name="outreach_by_state"),)


class Pitch(_Owned):
    """Who one is and what one looks for, in so many seconds, for an audience."""

    audience = models.CharField(max_length=100)
    seconds = models.PositiveSmallIntegerField(default=60)
    tries = models.JSONField(default=list)  # {"on", "seconds"}
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True)


class PitchVersion(models.Model):
    """What a pitch said at one time; never changed."""

    pitch = models.ForeignKey(Pitch, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["pitch", "number"], name="pitch_version_once"),
        )


class Post(_Owned):
    """Something to be made public of one's own work, with what it rests on."""

    kind = models.CharField(max_length=8, choices=PostKind.choices)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    audience = models.CharField(max_length=200, blank=True)
    evidence = models.JSONField(default=list)  # as of an outreach
    state = models.CharField(max_length=10, choices=PostState.choices, default=PostState.IDEA)
    planned_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    url = models.CharField(max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True)
