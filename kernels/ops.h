/* The pixel maths, in the common tongue of OpenCL C 1.2 and C11: memberships of x (see host/model/op_table.h for the names). */
#ifndef LODE_OPS_H
#define LODE_OPS_H
#endif
