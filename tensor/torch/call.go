package torch

import "strings"

// rebuild begins the names of the functions that make tensors.
const rebuild = "torch._utils._rebuild_"

// call returns what a function makes of arguments, for the few that make
// dictionaries, shapes and tensors. What any other would make is an [other].
func call(function, args value) value {
	name, _ := function.(global)
	list, _ := args.(tuple)
	if name == "torch._tensor._rebuild_from_type_v2" && len(list) == 4 { // of a tensor with attributes
		name, _ = list[0].(global)
		list, _ = list[2].(tuple)
	}
	switch name {
	case "collections.OrderedDict":
		if len(list) == 0 {
			return new(dict)
		}
	case "torch.Size":
		if len(list) == 1 {
			return list[0]
		}
	case rebuild + "parameter", rebuild + "parameter_with_state":
		if len(list) > 0 {
			return list[0]
		}
	}
	if strings.HasPrefix(string(name), rebuild) {
		return &view{name, list}
	}
	return object(function)
}

// object stands for an object of a class, or what a function returns.
func object(class value) value {
	if name, ok := class.(global); ok {
		return other("an object of " + string(name))
	}
	return other("an object")
}

// refer returns the storage of a persistent identifier.
func refer(id value) value {
	unknown := other("something outside of the pickle")
	list, _ := id.(tuple)
	if len(list) != 5 || list[0] != value("storage") {
		return unknown
	}
	kind, ok1 := list[1].(global)
	key, ok2 := list[2].(string)
	count, ok3 := list[4].(int64)
	if !ok1 || !ok2 || !ok3 || len(key) > maxKey {
		return unknown
	}
	return &storage{string(kind), key, count}
}
