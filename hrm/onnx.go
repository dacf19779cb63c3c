package hrm

import "github.com/rereadml/reread/nn"

// StepGraph implements [nn.Model]: the recursion of step, with z_H + x added
// up once for each cycle.
func (m *Model) StepGraph() *nn.StepGraph {
	s := m.NewStepGraph("hrm")
	low, high := s.Level(m.low), s.Level(m.high)
	zH, zL := s.ZH, s.ZL
	for range m.Config.HCycles {
		injection := s.Add(zH, s.X)
		for range m.Config.LCycles {
			zL = low(zL, injection)
		}
		zH = high(zH, zL)
	}
	return s.Finish(zH, zL)
}
