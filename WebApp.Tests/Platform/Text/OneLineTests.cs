using WebApp.Platform.Text;

namespace WebApp.Tests.Platform.Text;

public sealed class OneLineTests
{
    [TestCase(null, 10, null)]
    [TestCase("", 10, null)]
    [TestCase(" \r\n\t ", 10, null)]
    [TestCase("curl/8", 10, "curl/8")]
    [TestCase("a\r\nb\u0085c\u2028d\u2029e\u001b[2Jf\0g\u007f", 40, "abcde[2Jfg")]
    [TestCase("a\u202Eb\u2066c\u200Fd", 40, "abcd")]
    [TestCase("👩‍🔬 works", 40, "👩‍🔬 works")]
    [TestCase("a😀", 2, "a")]
    [TestCase("abcdef", 3, "abc")]
    public void What_is_left_is_one_line(string? text, int most, string? kept)
    {
        Assert.That(OneLine.Clean(text, most), Is.EqualTo(kept));
        Assert.That(kept is null || OneLine.Is(kept), Is.True);
    }

    [Test]
    public void Half_a_character_is_replaced() => Assert.That(OneLine.Clean("a\ud800b", 9), Is.EqualTo("a\ufffdb"));
}
