"""Choices whose labels can stand inside a sentence."""

from django.db import models


class WordedChoices(models.TextChoices):
    @property
    def in_a_sentence(self) -> str:
        label = str(self.label)
        return label[0].lower() + label[1:]
