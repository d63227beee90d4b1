package dev.perennial.interop

import dev.perennial.Event
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicLong
import kotlin.reflect.typeOf
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.future.await
import kotlinx.coroutines.launch
import kotlinx.coroutines.reactive.asFlow
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Streams in Kotlin's coroutines, written in Kotlin. */
internal class KotlinTest : Served() {
  private val ledger = Ledger()

  @AfterEach
  fun stop() {
    ledger.close()
  }

  // ---- Types ----

  @Test
  fun kotlinKnowsWhatMayBeNull() {
    assertTrue(isNullable { it.id() })
    assertTrue(isNullable { it.cursor() })
    assertFalse(isNullable { it.type() })
    assertFalse(isNullable { it.data() })
  }

  /** With a type whose nullness Kotlin does not know, it would be neither. */
  private inline fun <reified T> isNullable(
    @Suppress("UNUSED_PARAMETER") property: (Event<String>) -> T
  ) = typeOf<T>().isMarkedNullable

  // ---- Demand ----

  @Test
  fun demandReachesTheSocket() = runBlocking {
    Flood().use { flood ->
      val allowed = Channel<Unit>(Channel.UNLIMITED)
      val taken = AtomicLong()
      val job =
        launch(Dispatchers.IO) {
          oneByOne(stream(flood)).collect {
            taken.incrementAndGet()
            allowed.receive()
          }
        }

      repeat(4) { allowed.send(Unit) }
      val heldBackAt = flood.awaitHeldBack()
      assertEquals(5, taken.get())
      assertEquals(5, watch.handedOver())

      val more = heldBackAt / 1_000
      repeat(more.toInt()) { allowed.send(Unit) }
      Soon.holds("all requested events arrived") { taken.get() == 5 + more }
      assertTrue(flood.awaitHeldBack() > heldBackAt)
      assertEquals(5 + more, taken.get())

      job.cancelAndJoin()
      flood.awaitLeft()
    }
  }

  @Test
  fun asFlowTakes64AheadOfItsCollectorAndTheyCountAsAcknowledged() = runBlocking {
    Flood().use { flood ->
      val job =
        launch(Dispatchers.IO) {
          stream(flood).asFlow().collect { awaitCancellation() }
        }

      watch.assertDelivered(64)
      assertEquals("64", watch.cursor())
      flood.awaitHeldBack()

      job.cancelAndJoin()
      flood.awaitLeft()
    }
  }

  // ---- Cancelling ----

  @Test
  fun cancellingTheCoroutineClosesASilentSocket() = runBlocking {
    val shown = CopyOnWriteArrayList<String>()
    append("a")
    val job = launch(Dispatchers.IO) { show(stream(), shown::add) }
    Soon.holds("the event arrived") { shown.size == 1 }

    job.cancelAndJoin()

    awaitLeft()
    assertNull(watch.awaitClosed())
    assertEquals(listOf("1: a"), shown)
  }

  @Test
  fun leavingTheFlowEarlyClosesTheSocket() = runBlocking {
    append("a", "b", "c")

    assertEquals(listOf("a", "b"), data(stream()).take(2).toList())

    awaitLeft()
  }

  @Test
  fun flowEndsWithTheStream() = runBlocking {
    append("a", "b")
    log.end()

    assertEquals(listOf("a", "b"), data(stream()).toList())
  }

  @Test
  fun sharedFlowHasOneConnectionUntilTheLastLeaves() = runBlocking {
    val scope = CoroutineScope(Dispatchers.IO)
    val shared = shared(stream(), scope)
    val one = CopyOnWriteArrayList<String>()
    val other = CopyOnWriteArrayList<String>()
    val first = launch(Dispatchers.IO) { shared.collect(one::add) }
    val second = launch(Dispatchers.IO) { shared.collect(other::add) }
    Soon.holds("both have subscribed") { server.liveConnections() == 1 }

    append("a")
    Soon.holds("both have it") { one.size + other.size == 2 }
    first.cancelAndJoin()
    append("b")
    Soon.holds("the second has the next") { other.size == 2 }

    assertEquals(listOf("a"), one)
    assertEquals(1, server.requests().size)
    second.cancelAndJoin()
    awaitLeft()
    scope.cancel()
  }

  // ---- Manual acknowledgement ----

  @Test
  fun cursorIsNeverAheadOfWhatFlatMapMergeHasDone() = runBlocking {
    appendNumbers(500)
    log.end()

    withTimeout(Soon.PATIENCE.toMillis()) {
      saveAll(stream(ledger)) { data -> ledger.workLater(data).await() }
    }

    ledger.assertKept(500)
  }

  @Test
  fun cursorStopsBeforeTheFirstThatIsNotDone() = runBlocking {
    appendNumbers(4)
    val job =
      launch(Dispatchers.IO) {
        saveAll(stream(ledger)) { data -> ledger.workUntilReleased(data).await() }
      }

    releaseTheFirstLast(ledger)
    job.cancelAndJoin()
    awaitLeft()
  }
}
