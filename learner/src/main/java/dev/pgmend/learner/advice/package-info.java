/** What would make a statement faster, by how much, and is that sure enough to say it? */
@NullMarked
package dev.pgmend.learner.advice;

import org.jspecify.annotations.NullMarked;
