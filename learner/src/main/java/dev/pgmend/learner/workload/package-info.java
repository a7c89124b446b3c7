/** What does a database spend its time on, by which plans, and what does asking cost? */
@NullMarked
package dev.pgmend.learner.workload;

import org.jspecify.annotations.NullMarked;
