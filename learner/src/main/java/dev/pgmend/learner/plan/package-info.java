/** How is a query plan represented as a graph to learn from? */
@NullMarked
package dev.pgmend.learner.plan;

import org.jspecify.annotations.NullMarked;
