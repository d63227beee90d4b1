/** Virtual time, fake servers, faults and the rules that every transport must pass. */
@NullMarked
package dev.perennial.testkit;

import org.jspecify.annotations.NullMarked;
