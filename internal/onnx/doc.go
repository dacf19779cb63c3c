// Package onnx builds computation graphs and writes them in the ONNX format,
// https://onnx.ai, which other inference engines run. It knows as much of the
// format as the models of this module need.
//
// The format is a protocol buffer message, written here field by field; the
// numbers of the fields are those of the format's onnx.proto.
package onnx
