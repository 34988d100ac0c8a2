"""What a server answers as OpenAI's do, as far as it is read."""

from pydantic import BaseModel, Field


class Message(BaseModel):
    """What the model says."""

    content: str


class Choice(BaseModel):
    """One of its answers."""

    message: Message


class Completion(BaseModel):
    """All of them: the first is taken."""

    choices: list[Choice] = Field(min_length=1)
