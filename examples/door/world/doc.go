// Package world is a small world of two rooms: an agent has to fetch a key, open
// a locked door with it and reach a goal behind that door.
//
// [Generate] makes layouts, [Search] finds shortest plans, [Plan] is a plan as a
// model answers it, and [Layout.Act] acts one out by the rules, which are all in
// [Layout.Move].
package world
