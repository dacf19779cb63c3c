package nn

import "github.com/rereadml/reread/internal/onnx"

// matrix is a weight [rows, columns], or a part of one, on its way into a
// graph.
type matrix struct {
	name          string
	data          []float32
	rows, columns int
}

func matrixOf(p *Param) matrix {
	shape := p.Value.Shape()
	return matrix{p.Name, p.Value.Data(), shape[0], shape[1]}
}

// split cuts a matrix into equal blocks of rows. A product for each block is
// faster than one product whose result is then cut: engines copy to cut.
func (m matrix) split(names ...string) []matrix {
	rows := m.rows / len(names)
	blocks := make([]matrix, len(names))
	for i, name := range names {
		blocks[i] = matrix{m.name + "." + name, m.data[i*rows*m.columns : (i+1)*rows*m.columns], rows, m.columns}
	}
	return blocks
}

// left adds the matrix for products W·x.
func (m matrix) left(g *onnx.Graph) onnx.Value {
	return g.Weight(m.name, m.data, m.rows, m.columns)
}

// right adds the matrix for products x·Wᵀ, transposed: engines lay out a
// constant right operand once, when they load the model.
func (m matrix) right(g *onnx.Graph) onnx.Value {
	return g.Transposed(m.name+".T", m.data, m.rows, m.columns)
}
