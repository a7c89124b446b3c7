/** What may be done, when, and by whose leave? */
@NullMarked
package dev.pgmend.operator.policy;

import org.jspecify.annotations.NullMarked;
