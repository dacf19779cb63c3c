package trm

import "github.com/rereadml/reread/nn"

// StepGraph implements [nn.Model]: the recursion of step, with z_H + x added
// up once for each cycle.
func (m *Model) StepGraph() *nn.StepGraph {
	s := m.NewStepGraph("trm")
	latent, answer := s.Level(m.latent), s.Level(m.answer)
	zH, zL := s.ZH, s.ZL
	for range m.Config.HCycles {
		injection := s.X
		if !m.Config.SingleLatent {
			injection = s.Add(zH, s.X)
		}
		for range m.Config.LCycles {
			zL = latent(zL, injection)
		}
		if m.Config.SingleLatent {
			zL = latent(zL)
		} else {
			zH = answer(zH, zL)
		}
	}
	return s.Finish(zH, zL)
}
