using System.Text;
using FsCheck.Fluent;
using WebApp.Platform.Http;
using WebApp.Platform.Http.Client;
using WebApp.Platform.Startup;
using WebApp.Platform.Text;
using WebApp.Tests.Support;

namespace WebApp.Tests.Platform.Http;

/// <summary>What holds of every text that comes from outside, after it was made fit.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class TextPropertyTests
{
    [Test]
    public void One_line_is_one_line_no_longer_than_asked_and_can_be_written_down() => Holds.ForAll(
        from text in Holds.AnyText
        from length in Gen.Choose(0, 80)
        select (text, length),
        asked => OneLine.Clean(asked.text, asked.length) is not { } line
            || (line.Length <= asked.length && line.Length > 0 && !line.Any(OneLine.Breaks) && line.Trim() == line && OneLine.Clean(line, asked.length) == line
                && new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(line) > 0),
        times: 30_000);

    [TestCase("Ada\u202Etxt.exe", "Adatxt.exe")]
    [TestCase("Ada\u2028Grace\u2029", "AdaGrace")]
    [TestCase("\u2066Ada\u2069", "Ada")]
    [TestCase("\uD83D\uDC69\u200D\uD83D\uDCBB", "\uD83D\uDC69\u200D\uD83D\uDCBB")]
    [TestCase("\u05D0\u05D3\u05D4", "\u05D0\u05D3\u05D4")]
    public void What_breaks_lines_or_turns_them_is_left_out_and_no_letter_is(string text, string line) => Assert.That(OneLine.Clean(text, 100), Is.EqualTo(line));

    [Test]
    public void Every_agent_is_a_device() => Holds.ForAll(
        from agent in Holds.AnyText
        from mark in Gen.Elements("", "Firefox/", "Windows", "curl/", "Edg/", "Linux", " ", "/")
        select OneLine.Clean(mark + agent, 400),
        agent => DeviceLabel.Describe(null, agent) is not null && DeviceLabel.Describe(null, agent).Length <= 400,
        times: 20_000);

    [Test]
    public void A_return_path_stays_and_is_left_alone_the_second_time() => Holds.ForAll(
        from start in Gen.Elements("/", "//", "/\\", "", "/account")
        from text in Holds.AnyText
        select start + text,
        asked => ReturnPath.LocalOrNull(asked) is not { } path
            || (path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal) && path.All(c => c is >= ' ' and <= '~' and not '\\') && ReturnPath.LocalOrNull(path) == path),
        times: 30_000);

    [Test]
    public void A_line_of_settings_is_read_as_it_was_written() => Holds.ForAll(
        from key in Gen.Elements("App__Name", "MASTER_KEY", "a")
        from value in Holds.AnyText.Where(text => !text.Any(c => c is '\r' or '\n'))
        from quote in Gen.Elements('"', '\'')
        select (key, value, line: $" export {key} = {quote}{value}{quote} "),
        setting => DotEnv.Parse([setting.line]).Single() is var pair && pair.Key == setting.key.Replace("__", ":", StringComparison.Ordinal) && pair.Value == setting.value,
        times: 20_000);

    [Test]
    public void No_file_of_settings_does_worse_than_name_its_line() => Holds.ForAll(
        Holds.AnyText.ArrayOf(),
        lines =>
        {
            try
            {
                return DotEnv.Parse(lines).Keys.All(key => key.Length > 0);
            }
            catch (StartupException fault)
            {
                return fault.Message.StartsWith(".env line ", StringComparison.Ordinal);
            }
        },
        times: 5_000);
}
