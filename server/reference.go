package server

// Owner is a group of directives for the reference: a module, or a part of
// the core.
type Owner struct {
	Name string
	Rows []Row
}

// coreRows lists the core's own directives.
func coreRows() []Owner {
	return []Owner{
		{"core (server)", serverTable.rows()},
		{"core (network)", socketTable.rows()},
		{"core (request)", coreTable.rows()},
	}
}
