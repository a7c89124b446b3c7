/** Which other operators does an operator's time depend on, and how much on each? */
@NullMarked
package dev.pgmend.learner.attention;

import org.jspecify.annotations.NullMarked;
