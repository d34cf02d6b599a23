using WebApp.Platform.Http;

namespace WebApp.Tests.Platform.Http;

public sealed class RequestTextTests
{
    [Test]
    public void Of_all_characters_only_controls_half_pairs_and_what_cannot_be_normalized_are_refused()
    {
        for (var code = 0; code <= char.MaxValue; code++)
        {
            var c = (char)code;
            var usable = c is '\t' or '\r' or '\n' || !(char.IsControl(c) || char.IsSurrogate(c) || c == '\uFFFE');
            Assert.That(RequestText.IsUsable($"a{c}b"), Is.EqualTo(usable), $"U+{code:X4}");
        }
    }

    [TestCase("", true)]
    [TestCase("Grüße 😀 Ωμέγα", true)]
    [TestCase("two\r\nlines\tand a tab", true)]
    public void Text_of_any_script_is_usable(string text, bool usable) => Assert.That(RequestText.IsUsable(text), Is.EqualTo(usable));

    // A source, since an attribute cannot hold half a pair.
    private static readonly string[] Broken = ["\ud83d", "x\ud83d", "\ude00\ud83d", "😀\ude00", "\ud83d\ud83d\ude00", "x\0", "é\u0085"];

    [TestCaseSource(nameof(Broken))]
    public void Whatever_stands_before_it_a_half_pair_is_found(string text) => Assert.That(RequestText.IsUsable(text), Is.False);

    [TestCase(1, 0)]
    [TestCase(2, 50)]
    [TestCase(0, 0)]
    [TestCase(int.MinValue, 0)]
    [TestCase(int.MaxValue, int.MaxValue)]
    public void Pages_are_clamped(int page, int rows) => Assert.That(RequestRange.RowsBefore(page, 50), Is.EqualTo(rows));

    [TestCase("0001-01-01", "1970-01-01T00:00:00.0000000+00:00")]
    [TestCase("9999-12-31T23:59", "9000-01-01T00:00:00.0000000+00:00")]
    [TestCase("2026-11-21T14:30", "2026-11-21T14:30:00.0000000+00:00")]
    [TestCase("2026-11-21T14:30+02:00", "2026-11-21T12:30:00.0000000+00:00")]
    [TestCase("whenever", null)]
    public void Times_are_clamped(string text, string? time) => Assert.That(RequestRange.Time(text)?.ToString("o"), Is.EqualTo(time));

    [TestCase("192.0.2.7", "192.0.2.7/32")]
    [TestCase("::ffff:192.0.2.7", "192.0.2.7/32")]
    [TestCase("2001:db8::/32", "2001:db8::/32")]
    [TestCase("fe80::1%eth0", null)]
    [TestCase("fe80::%1/64", null)]
    [TestCase("elsewhere", null)]
    public void An_address_has_no_zone(string text, string? network) => Assert.That(RequestRange.Network(text)?.ToString(), Is.EqualTo(network));
}
