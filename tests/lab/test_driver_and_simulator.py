"""The driver from the shelf, unmodified, against the simulated device: over TCP and over a pseudo terminal."""

from __future__ import annotations

import numpy as np
import pslab
import pytest
from pslab.bus.i2c import I2CMaster, I2CSlave

from lab.owners import until

VOLT = 16.5 * 2 / 1023  # one step of CH1 in 10 bits


def recorded(logic, inputs, events, **options):
    """Return recorded edges, read once they are all there: with four inputs the driver reads in pieces, and an edge
    that comes between two of them spoils what it reads. An input without an edge has made as much progress as one
    whose memory is full."""
    logic.capture(inputs, events, block=False, **options)
    until(lambda: all(len(times) for times in logic.fetch_data()))
    until(lambda: logic.get_progress() >= events)
    logic.stop()
    return [times[:events] for times in logic.fetch_data()[:inputs]]


def sine_of(volts, gap, frequency):
    """Return amplitude and phase (degrees) of a frequency in evenly spaced samples."""
    turns = np.exp(-2j * np.pi * frequency * gap * 1e-6 * np.arange(len(volts)))
    found = 2 * np.mean(volts * turns)
    return abs(found), np.degrees(np.angle(found))


def test_the_device_says_what_it_is(device):
    assert device.get_version().strip() == "PSLab V6"
    assert device.get_firmware_version().major == 3


def test_supplies_are_measured(device):
    supply, meter = pslab.PowerSupply(device), pslab.Multimeter(device)

    supply.pv3, supply.pv1, supply.pv2, supply.pcs = 1.5, -2.5, 0.5, 1e-3

    assert meter.measure_voltage("VOL") == pytest.approx(1.5, abs=0.003)
    assert meter.measure_voltage("CH3") == pytest.approx(-2.5, abs=0.003)


def test_resistors_and_capacitors_are_measured(device):
    meter = pslab.Multimeter(device)

    assert meter.measure_resistance() == pytest.approx(10_000, rel=0.01)
    assert meter.measure_capacitance() == pytest.approx(1e-9, rel=0.01)


def test_a_sine_is_recorded(device):
    generator, scope = pslab.WaveformGenerator(device), pslab.Oscilloscope(device)

    frequency = generator.generate("SI1", 1_000)[0]
    _, volts = scope.capture("CH1", 1_000, 5)

    amplitude, _ = sine_of(volts, 5, frequency)
    assert amplitude == pytest.approx(3.3, abs=0.01)


def test_two_waves_keep_their_phase(device):
    generator, scope = pslab.WaveformGenerator(device), pslab.Oscilloscope(device)

    generator.generate(["SI1", "SI2"], [1_000, 1_000], 60)
    _, one, two = scope.capture(2, 1_000, 5)

    assert (sine_of(two, 5, 1_000)[1] - sine_of(one, 5, 1_000)[1]) % 360 == pytest.approx(60, abs=1)


def test_a_low_pass_delays_and_weakens(device):
    generator, scope = pslab.WaveformGenerator(device), pslab.Oscilloscope(device)

    generator.generate("SI1", 1_000)
    _, plain, _, _, behind = scope.capture(4, 1_000, 5)

    turn = 1 / (1 + 2j * np.pi * 1_000 * 1_000 * 1e-7)
    (amplitude, phase), (_, before) = sine_of(behind, 5, 1_000), sine_of(plain, 5, 1_000)
    assert amplitude == pytest.approx(3.3 * abs(turn), abs=0.02)
    assert (phase - before) % 360 == pytest.approx(np.degrees(np.angle(turn)) % 360, abs=1)


def test_a_table_of_any_shape_comes_out(device):
    generator, scope = pslab.WaveformGenerator(device), pslab.Oscilloscope(device)

    generator.load_table("SI2", np.where(np.arange(512) < 128, 2.0, -1.0))
    generator.generate("SI2", 100)
    _, volts = scope.capture("CH2", 1_000, 10)
    generator.load_function("SI2", "sine")

    assert np.mean(volts > 0.5) == pytest.approx(0.25, abs=0.01)
    assert (volts.max(), volts.min()) == pytest.approx((2.0, -1.0), abs=0.03)


@pytest.mark.parametrize("level", [-1.0, 2.0])
def test_a_trigger_fixes_where_a_capture_begins(device, level):
    generator, scope = pslab.WaveformGenerator(device), pslab.Oscilloscope(device)

    generator.generate("SI1", 1_000)
    _, volts = scope.capture("CH1", 200, 2, trigger=level)

    assert volts[0] == pytest.approx(level, abs=2 * VOLT)
    assert volts[20] > volts[0]


def test_a_trigger_that_never_comes_is_not_waited_for(device):
    _, volts = pslab.Oscilloscope(device).capture("CH1", 10, 2, trigger=9.0)

    assert len(volts) == 10


def test_a_narrow_range_is_finer(device):
    generator, scope = pslab.WaveformGenerator(device), pslab.Oscilloscope(device)

    generator.generate("SI1", 1_000)
    scope.select_range("CH1", 4)
    _, volts = scope.capture("CH1", 500, 10)

    assert volts.max() == pytest.approx(3.3, abs=0.01)
    assert np.diff(np.unique(volts)).min() == pytest.approx(16.5 / 4 * 2 / 4_095)


def test_the_whole_buffer_comes_over(device):
    x, y = pslab.Oscilloscope(device).capture("VOL", 10_000, 1)

    assert (len(x), len(y), x[-1]) == (10_000, 10_000, 9_999)


def test_square_waves_are_measured(device):
    pwm, logic = pslab.PWMGenerator(device), pslab.LogicAnalyzer(device)

    pwm.generate(["SQ1", "SQ2", "SQ3", "SQ4"], 2_000, [0.3, 0.5, 0.5, 0.5], [0, 0.1, 0.2, 0.3])

    assert logic.measure_frequency("LA1") == pytest.approx(2_000, rel=1e-3)
    assert logic.measure_frequency("LA2", simultaneous_oscilloscope=True, timeout=0.02) == pytest.approx(
        2_000, rel=1e-3
    )
    period, duty = logic.measure_duty_cycle("LA1")
    assert (period, duty) == pytest.approx((500, 0.3), rel=1e-3)
    assert logic.measure_interval(["LA1", "LA2"], ["rising", "rising"]) % 500 == pytest.approx(50, abs=0.1)
    assert 95 <= logic.count_pulses("LA1", interval=0.05) <= 1_000  # a busy machine sleeps longer


def test_a_fast_clock_is_counted(device):
    pwm, logic = pslab.PWMGenerator(device), pslab.LogicAnalyzer(device)

    pwm.map_reference_clock(["SQ3"], 3)

    assert logic.measure_frequency("LA3") == pytest.approx(16e6)
    pwm.set_state(sq3=False)


@pytest.mark.parametrize("inputs", [1, 2, 4])
def test_edges_are_recorded(device, inputs):
    pwm, logic = pslab.PWMGenerator(device), pslab.LogicAnalyzer(device)
    pwm.generate(["SQ1", "SQ2", "SQ3", "SQ4"], 5_000, 0.25, 0.1)

    found = recorded(logic, inputs, 20)

    assert [len(times) for times in found] == [20] * inputs
    for times in found:
        lengths = np.diff(times)
        assert sorted({round(float(one)) for one in lengths}) == [50, 150]
    starts = [times[0] if round(times[1] - times[0]) == 50 else times[1] for times in found]
    assert [round((one - starts[0]) % 200) for one in starts] == [20 * number for number in range(inputs)]


def test_slow_edges_on_four_inputs_need_a_slower_counter(device):
    pwm, logic = pslab.PWMGenerator(device), pslab.LogicAnalyzer(device)
    pwm.generate(["SQ1", "SQ2", "SQ3", "SQ4"], 100, 0.5)

    found = recorded(logic, 4, 3, e2e_time=0.006)

    assert [np.diff(times) for times in found] == [pytest.approx([5_000, 5_000], abs=3)] * 4
    assert logic.get_progress() >= 3


@pytest.mark.parametrize(
    ("mode", "periods"), [("falling", 1), ("rising", 1), ("four rising", 4), ("sixteen rising", 16)]
)
def test_only_the_edges_asked_for_are_recorded(device, mode, periods):
    pwm, logic = pslab.PWMGenerator(device), pslab.LogicAnalyzer(device)
    pwm.generate("SQ1", 10_000, 0.5)

    (found,) = logic.capture("LA1", 3, modes=[mode])

    assert np.diff(found) == pytest.approx([100 * periods] * 2, abs=0.1)


@pytest.mark.parametrize(("inputs", "way"), [(1, "rising"), (1, "falling"), (2, "falling"), (4, "rising")])
def test_logic_waits_for_its_trigger(device, inputs, way):
    pwm, logic = pslab.PWMGenerator(device), pslab.LogicAnalyzer(device)
    pwm.generate(["SQ1", "SQ2", "SQ3", "SQ4"], 5_000, 0.25)

    logic.configure_trigger("LA1", way)
    found = recorded(logic, inputs, 2)

    assert found[0][0] == pytest.approx(50 if way == "rising" else 150, abs=0.1)
    assert logic.get_initial_states()["LA1"] is (way == "rising")


def test_pins_are_held_and_read(device):
    pwm, logic = pslab.PWMGenerator(device), pslab.LogicAnalyzer(device)

    pwm.set_state(sq1=True, sq2=False, sq3=True, sq4=False)

    assert logic.get_states() == {"LA1": True, "LA2": False, "LA3": True, "LA4": False}
    assert logic.capture(1, 1, timeout=0.01)[0].tolist() == []
    assert logic.measure_frequency("LA1", simultaneous_oscilloscope=True, timeout=0.01) == 0


def test_chips_are_found_and_spoken_with(device):
    chip = I2CSlave(0x48, device)

    assert I2CMaster(device).scan() == [0x48]
    assert chip.read(2) == bytes([25, 128])
    chip.write(b"\x07\x09", 0x10)
    assert chip.read(2, 0x10) == b"\x07\x09"
    assert chip.read_byte(0x11) == 9
    assert (I2CSlave(0x20, device).ping(), I2CSlave(0x20, device).read(2)) == (False, b"\xff\xff")


def test_the_buffer_is_filled_and_cleared(device):
    scope = pslab.Oscilloscope(device)

    scope.fill_buffer([7] * 200)
    assert scope.fetch_buffer(200) == [7] * 200
    scope.clear_buffer(100)
    assert scope.fetch_buffer(2, 99) == [0, 7]
