"""The desk: what members of staff do with conversations, each in one transaction under the conversation's lock."""
