/** What is a query plan, as a graph that can be learned from? */
@NullMarked
package dev.pgmend.learner.plan;

import org.jspecify.annotations.NullMarked;
