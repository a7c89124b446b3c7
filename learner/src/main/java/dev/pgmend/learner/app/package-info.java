/** How does the learner run, in its own pod or in the operator's process? */
@NullMarked
package dev.pgmend.learner.app;

import org.jspecify.annotations.NullMarked;
