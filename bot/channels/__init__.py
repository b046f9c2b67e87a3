"""Where customers are met: one package per channel."""
