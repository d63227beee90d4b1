/** A cursor in a database, for one of several processes at a time. */
@NullMarked
package dev.perennial.jdbc;

import org.jspecify.annotations.NullMarked;
