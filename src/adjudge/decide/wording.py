class Wording: pass
def wording(l): return Wording()
