"""Does what shoppers did foretell what they want next, and does it make searching better?"""
