print("dyviz")
