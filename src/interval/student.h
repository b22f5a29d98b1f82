/* student.h: Student's t, for means (mean.c), and the beta function that it and binomial tails (named.c) are made of. */
#ifndef EVENHAND_INTERVAL_STUDENT_H
#define EVENHAND_INTERVAL_STUDENT_H

#include "evenhand/interval.h"

/* Two-sided p of t with df > 0 degrees of freedom, and the t > 0 of a level in (0, 1). Relative error of p < 1e-9 for |t| < 10,
 * 1e-7 for p >= 1e-200. Cost: about 1 us, 10 us. */
double eh_student_p(double t, double df);
double eh_student_critical(double level, double df);

/* The incomplete beta function I_x(a, b) without its factor x^a (1 - x)^b / (a B(a, b)), for x < (a + 1) / (a + b + 2): Lentz's
 * method on the continued fraction (DLMF 8.17.22). It takes some root of the greater of a and b steps, at most `most`. */
double eh_beta_fraction(double x, double a, double b, int most);

/* The ratios q whose difference first - q second is not farther from 0 than t standard errors (Fieller 1954); both_v: covariance. */
eh_range eh_fieller(double first, double second, double first_v, double second_v, double both_v, double t);

#endif
