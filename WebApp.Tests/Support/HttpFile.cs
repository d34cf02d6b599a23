using System.Globalization;
using System.Text.RegularExpressions;

namespace WebApp.Tests.Support;

/// <summary>A file of requests as IDEs run them: <c>###</c> parts them, <c>@name = value</c> and <c># @name</c> give values names.</summary>
public sealed partial class HttpFile
{
    private HttpFile(Dictionary<string, string> variables, IReadOnlyList<HttpFileRequest> requests) => (Variables, Requests) = (variables, requests);

    /// <summary>The file's variables.</summary>
    public Dictionary<string, string> Variables { get; }

    /// <summary>Its requests, in order, with their variables as they are written.</summary>
    public IReadOnlyList<HttpFileRequest> Requests { get; }

    public static HttpFile Read(string path)
    {
        var blocks = Separator().Split(File.ReadAllText(path).ReplaceLineEndings("\n"));
        var variables = Variable().Matches(blocks[0]).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim());
        return new(variables, [.. blocks[1..].Select(Request)]);
    }

    /// <summary>A text with each <c>{{name}}</c> replaced; fails where there is nothing to put there.</summary>
    public static string Fill(string text, Func<string, string?> find) => Placeholder().Replace(
        text, match => find(match.Groups[1].Value.Trim()) ?? throw new AssertionException($"{match.Value} is not known at this point of the file."));

    private static HttpFileRequest Request(string block)
    {
        var lines = block.Split('\n');
        var rest = lines.Skip(1).SkipWhile(line => line.Length == 0 || line[0] == '#').ToArray();
        var head = rest.TakeWhile(line => line.Length > 0).ToArray();
        var status = Status().Match(block);
        Assert.That(head, Is.Not.Empty, $"no request below '{lines[0]}'");
        Assert.That(status.Success, Is.True, $"'{lines[0].Trim()}' does not say what it answers with");
        return new(
            lines[0].Trim(),
            Name().Match(block) is { Success: true } name ? name.Groups[1].Value : null,
            head[0],
            [.. head[1..].Select(line => (line.Split(':', 2)[0], line.Split(':', 2)[1].Trim()))],
            string.Join('\n', rest.Skip(head.Length)).Trim(),
            int.Parse(status.Groups[1].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("^###", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex(@"^@(\w+) *= *(.*)$", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^# @name (\w+)$", RegexOptions.Multiline)]
    private static partial Regex Name();

    [GeneratedRegex(@"^# → (\d{3})$", RegexOptions.Multiline)]
    private static partial Regex Status();

    [GeneratedRegex(@"\{\{([^}]+)\}\}")]
    private static partial Regex Placeholder();
}
