"""The shapes of the API, for its description: nothing is read or written by these."""

from __future__ import annotations

from rest_framework import serializers as fields


class MiniUser(fields.Serializer[object]):
    type = fields.CharField(help_text="Always `user`.")
    resource = fields.CharField()
    link = fields.CharField()
    username = fields.CharField(allow_blank=True)


class User(MiniUser):
    id = fields.CharField()
    url = fields.CharField(allow_blank=True)
    firstname = fields.CharField(allow_blank=True)
    lastname = fields.CharField(allow_blank=True)
    about = fields.CharField(allow_blank=True)
    city = fields.CharField(allow_blank=True)
    country = fields.CharField(allow_blank=True)
    avatar = fields.CharField(allow_blank=True)
    active_supporter = fields.IntegerField()
    email = fields.CharField(required=False)
    registered_at = fields.IntegerField(required=False)


class MiniThing(fields.Serializer[object]):
    type = fields.CharField(help_text="Always `thing`.")
    resource = fields.CharField()
    link = fields.CharField()
    id = fields.IntegerField()
    url = fields.CharField()
    title = fields.CharField()
    image = fields.CharField(allow_blank=True)
    flattrs = fields.IntegerField()


class OwnedThing(MiniThing):
    owner = MiniUser()


class Thing(OwnedThing):
    description = fields.CharField(allow_blank=True)
    tags = fields.ListField(child=fields.CharField())
    language = fields.CharField()
    category = fields.CharField()
    created_at = fields.IntegerField()
    hidden = fields.BooleanField()
    flattrs_user_count = fields.IntegerField()
    flattred = fields.BooleanField(required=False)
    subscribed = fields.BooleanField(required=False)
    last_flattr_at = fields.IntegerField(required=False)
    updated_at = fields.IntegerField(required=False)


class Flattr(fields.Serializer[object]):
    type = fields.CharField(help_text="Always `flattr`.")
    created_at = fields.IntegerField()
    thing = OwnedThing()
    owner = MiniUser()


class Subscription(fields.Serializer[object]):
    type = fields.CharField(help_text="Always `subscription`.")
    active = fields.BooleanField()
    created_at = fields.IntegerField()
    started_at = fields.IntegerField()
    thing = Thing()


class Found(fields.Serializer[object]):
    total_items = fields.IntegerField()
    items = fields.IntegerField()
    page = fields.IntegerField()
    things = Thing(many=True)


class Party(fields.Serializer[object]):
    displayName = fields.CharField()
    url = fields.CharField()
    objectType = fields.CharField()


class Activity(fields.Serializer[object]):
    published = fields.CharField()
    title = fields.CharField()
    verb = fields.CharField()
    id = fields.CharField()
    actor = Party()
    object = Party()


class Activities(fields.Serializer[object]):
    items = Activity(many=True)


class Word(fields.Serializer[object]):
    id = fields.CharField()
    text = fields.CharField()


class RateLimit(fields.Serializer[object]):
    hourly_limit = fields.IntegerField()
    remaining_hits = fields.IntegerField()
    current_hits = fields.IntegerField()
    reset_time_in_seconds = fields.IntegerField()
    reset_time = fields.CharField()


class Hello(fields.Serializer[object]):
    message = fields.CharField()


class Done(fields.Serializer[object]):
    message = fields.CharField()
    description = fields.CharField()


class Made(Done):
    id = fields.IntegerField()
    link = fields.CharField()


class Flattred(Done):
    thing = MiniThing()
    location = fields.CharField(required=False)


class Result(fields.Serializer[object]):
    url = fields.CharField(allow_blank=True)
    message = fields.CharField(required=False)
    error = fields.CharField(required=False)
    error_description = fields.CharField(required=False)
    error_uri = fields.CharField(required=False)


class Results(Done):
    items = Result(many=True)


class Location(fields.Serializer[object]):
    message = fields.CharField()
    location = fields.CharField()


class Problem(fields.Serializer[object]):
    error = fields.CharField()
    error_description = fields.CharField()
    error_uri = fields.CharField()


class Miss(Problem):
    message = fields.CharField()
    description = fields.CharField()


class Address(fields.Serializer[object]):
    url = fields.CharField()


class ThingChanges(fields.Serializer[object]):
    title = fields.CharField(required=False)
    description = fields.CharField(required=False)
    category = fields.CharField(required=False)
    language = fields.CharField(required=False)
    tags = fields.CharField(required=False, help_text="Separated by commas.")
    hidden = fields.BooleanField(required=False)


class NewThing(ThingChanges):
    url = fields.CharField()
