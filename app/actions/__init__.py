"""What the user can do: actions as data, and the code behind them."""
