package dev.perennial.interop

import dev.perennial.Event
import dev.perennial.EventStream
import dev.perennial.Gap
import dev.perennial.Signal
import dev.perennial.StreamState
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.runningFold
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.reactive.asFlow

// region screen
/** What a screen shows: the latest price of each symbol, and how the stream is. */
data class Screen(val prices: Map<String, Double> = emptyMap(), val status: String = "connecting")

data class Price(val symbol: String, val value: Double)

/** Follows the prices while somebody looks at the screen, and 5 s longer. */
fun screen(prices: EventStream<Price>, scope: CoroutineScope): StateFlow<Screen> =
  prices
    .signals()
    .asFlow()
    .runningFold(Screen(), ::next)
    .catch { emit(Screen(status = "ended: ${it.message}")) }
    .stateIn(scope, SharingStarted.WhileSubscribed(5_000), Screen())

private fun next(screen: Screen, signal: Signal<Price>): Screen =
  when (signal) {
    is Event<Price> ->
      screen.copy(prices = screen.prices + (signal.data().symbol to signal.data().value))
    is Gap -> screen.copy(status = "prices are missing")
    is StreamState.Open -> screen.copy(status = "live")
    is StreamState.Waiting -> screen.copy(status = "away: ${signal.reason()}")
    else -> screen
  }
// endregion
