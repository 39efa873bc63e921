"""What stands on top of a telephone line, which is not named by its number."""

from models.service import VoipLine

from .declare import fact

fact(VoipLine, "Number", "number_e164", order=10)
fact(VoipLine, "Rate plan", "rate_plan_id", order=20)
