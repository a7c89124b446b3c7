/** The checks that an API server makes of our resources, for servers that make fewer of them. */
@NullMarked
package dev.pgmend.operator.validation;

import org.jspecify.annotations.NullMarked;
