/**
 * What is known and under way of each Postgres in this process: inspections, histories, repairs.
 */
@NullMarked
package dev.pgmend.operator.care;

import org.jspecify.annotations.NullMarked;
