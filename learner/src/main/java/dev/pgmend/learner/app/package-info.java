/** What runs the learner, in a pod of its own or in the operator's process? */
@NullMarked
package dev.pgmend.learner.app;

import org.jspecify.annotations.NullMarked;
