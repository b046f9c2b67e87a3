"""The web chat: the protocol of docs/webchat.md over a WebSocket."""
