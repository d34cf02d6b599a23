using System.Diagnostics;
using System.Text.Json;
using WebApp.Tests.Support;

namespace WebApp.Tests.Stories;

/// <summary>The calls of the README, run as they are written; only the address is that of the test's application.</summary>
[Category("Process")]
public sealed class ReadmeTests
{
    [Test]
    public async Task The_calls_of_the_README_register_confirm_sign_in_ask_and_refresh()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(TestApp.ContentRoot, "..", "README.md"));
        var section = readme[readme.IndexOf("## The API in five calls", StringComparison.Ordinal)..];
        var script = section.Split("```")[1].Trim();
        Assert.That(script, Does.Contain("http://localhost:5000/").And.Contain("jq"));
        await using var app = await TestApp.StartAsync();

        var answers = await RunAsync(script.Replace("http://localhost:5000/", app.BaseAddress.AbsoluteUri, StringComparison.Ordinal));

        Assert.That(answers, Has.Length.EqualTo(4), string.Join('\n', answers.Select(answer => answer.ToString())));
        Assert.Multiple(() =>
        {
            Assert.That(answers[0].GetProperty("status").GetString(), Is.EqualTo("confirmation_sent"));
            Assert.That(answers[1].GetProperty("device_token").GetString(), Is.Not.Empty);
            Assert.That(answers[2].GetProperty("email").GetString(), Is.EqualTo("ada@example.org"));
            Assert.That(answers[3].GetProperty("refresh_token").GetString(), Is.Not.Empty);
        });
    }

    // The answers follow one another without a separator; that of the confirmation is empty.
    private static async Task<JsonElement[]> RunAsync(string script)
    {
        if (!File.Exists("/usr/bin/jq") || !File.Exists("/bin/bash"))
        {
            Assert.Ignore("cannot run here: jq is not installed (Debian package jq)");
        }

        using var shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-euo", "pipefail", "-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = await Task.WhenAll(shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();
        Assert.That(shell.ExitCode, Is.Zero, string.Join('\n', output));
        return Split(output[0]);
    }

    private static JsonElement[] Split(string text)
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(text), new JsonReaderOptions { AllowMultipleValues = true });
        List<JsonElement> answers = [];
        while (reader.Read())
        {
            answers.Add(JsonElement.ParseValue(ref reader));
        }

        return [.. answers];
    }
}
