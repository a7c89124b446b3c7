/** Which index would make a statement faster, by how much, and is that certain enough? */
@NullMarked
package dev.pgmend.learner.advice;

import org.jspecify.annotations.NullMarked;
