/** The Kubernetes objects of a learner pod, and its state. */
@NullMarked
package dev.pgmend.operator.learnerpod;

import org.jspecify.annotations.NullMarked;
