using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>
/// Text that no field can hold, in every field there is: those of the API come from its OpenAPI document, those of pages from their forms. It is refused
/// before anything works with it.
/// </summary>
public sealed class HostileTextTests : HostileInput
{
    // As they stand in JSON: U+0000, an escape sequence, two more controls; and both halves of a surrogate pair alone, with which it is no text at all.
    private static readonly (string Text, string Code)[] Unusable =
        [("\\u0000", "validation_failed"), ("\\u001b", "validation_failed"), ("\\u0085", "validation_failed"), ("\u007f", "validation_failed"), ("\\ud800", "malformed_request"), ("\\udc00", "malformed_request")];

    [Test]
    public async Task Every_text_of_every_body_in_the_document_is_refused_by_name()
    {
        var seen = 0;
        foreach (var operation in ApiDocument.Shared.Operations.Where(operation => operation.BodyExample is not null))
        {
            foreach (var name in Texts(operation))
            {
                foreach (var (unusable, code) in Unusable)
                {
                    var answer = await SendAsync(operation, Body(operation, name, unusable));
                    Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.BadRequest, code)), $"{operation} {name} {unusable} {answer.Text}");
                    if (code == "validation_failed")
                    {
                        Assert.That(Answer.Members(answer.Json.GetProperty("errors")), Is.EqualTo([name]), $"{operation}");
                    }

                    seen++;
                }
            }
        }

        Assert.That(seen, Is.GreaterThan(150), "the document has more fields than that");
    }

    [Test]
    public async Task So_are_members_nobody_documented_their_names_and_texts_within_others()
    {
        foreach (var operation in ApiDocument.Shared.Operations.Where(operation => operation.BodyExample is not null))
        {
            foreach (var member in new[] { $"\"x\":\"{Canary}\\u0000\"", $"\"{Canary}\\u0000\":1", $"\"{Canary}\\ud800\":1", "\"x\":{\"y\":[\"\\u0000\"]}", "\"x\":\"\\ud800\\ud800\"" })
            {
                var example = JsonObject.Create(operation.BodyExample!.Value)!.ToJsonString();
                var answer = await SendAsync(operation, $"{{{member},{example[1..]}");
                var code = member.Contains("ud800", StringComparison.Ordinal) ? "malformed_request" : "validation_failed";
                Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.BadRequest, code)), $"{operation} {member} {answer.Text}");
            }
        }
    }

    [Test]
    public async Task A_body_that_is_not_JSON_by_its_type_is_not_read()
    {
        string[] bodies = [$"{{\"email\":\"a@example.org\",\"password\":\"{Canary}[b\"}}", $"{Canary}[b=x", $"a[{Canary}=x&a[b]c=x", ""];
        string?[] types = [null, "application/x-www-form-urlencoded", "text/plain", "text/json", "multipart/form-data; boundary=x", "application/json; charset=utf-16", "nonsense", "application/json-seq"];
        foreach (var operation in ApiDocument.Shared.Operations.Where(operation => operation.BodyExample is not null))
        {
            foreach (var (body, type) in bodies.SelectMany(body => types.Select(type => (body, type))))
            {
                var answer = await SendAsync(operation, body, type);
                Assert.That((answer.Status, answer.Code), Is.EqualTo((HttpStatusCode.UnsupportedMediaType, "unsupported_media_type")), $"{operation} {type} {answer.Text}");
            }
        }
    }

    [TestCase("application/json")]
    [TestCase("application/json; charset=utf-8")]
    [TestCase("Application/JSON; Charset=\"UTF-8\"")]
    [TestCase("application/vnd.example+json")]
    public async Task JSON_by_any_of_its_names_is_read(string type)
    {
        var operation = ApiDocument.Shared.Operations.Single(operation => operation.Path == "/api/v1/password/strength");
        Assert.That((await SendAsync(operation, """{"password":"x"}""", type)).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Every_parameter_of_every_query_and_every_field_of_every_form_is_refused()
    {
        var seen = 0;
        using var browser = await PageClient.SignInAsync(App, await App.CreateAdminAsync());
        await browser.GetAsync("/account");
        foreach (var way in WayIn.All(App).Concat(WayIn.OfProvider))
        {
            foreach (var name in way.Inputs)
            {
                foreach (var text in new[] { "\0", "\u001b", "\u0085", "\u007f" })
                {
                    using var request = way.Reads || way.IsApi
                        ? new HttpRequestMessage(way.Method, new Uri($"{way.Path()}?{name}={Canary}{Uri.EscapeDataString(text)}", UriKind.Relative))
                        : browser.Form(way.Path(), (name, Canary + text));
                    request.Headers.Authorization = way.IsApi ? new("Bearer", Bearer) : null;
                    var answer = await browser.SendAsync(request);
                    Assert.That(answer.Status, Is.EqualTo(HttpStatusCode.BadRequest), $"{way} {name}");
                    if (way.IsApi)
                    {
                        Assert.That((answer.Code, Answer.Members(answer.Json.GetProperty("errors"))), Is.EqualTo(("validation_failed", (string[])[name])), $"{way}");
                    }

                    seen++;
                }
            }
        }

        Assert.That(seen, Is.GreaterThan(300), "there are more fields than that");
    }

    [Test]
    public async Task What_is_sent_to_the_provider_is_in_no_line_of_the_log()
    {
        using var party = await OidcClient.CreateAsync(App);
        using var browser = await PageClient.SignInAsync(App, await App.CreateUserAsync());
        using var stranger = new PageClient(App);
        foreach (var way in WayIn.OfProvider)
        {
            (string Name, string Value)[] fields = [.. way.Inputs.Select(name => (name, $"{Canary}-{name}"))];
            var answer = way.Reads
                ? await stranger.SendAsync(way.Method, way.Path() + "?" + string.Join('&', fields.Select(field => $"{field.Name}={field.Value}")))
                : await stranger.PostWithTokenAsync(way.Path(), fields);
            Assert.That((int)answer.Status, Is.LessThan(500), $"{way}");
        }

        // A right request, too.
        await browser.GetAsync(party.AuthorizeUrl(OidcClient.NewVerifier(), ("state", Canary), ("nonce", Canary), ("login_hint", Canary), ("x", Canary)));
        await party.PostAsync("/connect/token", ("grant_type", "client_credentials"), ("scope", Canary), ("x", Canary));
    }

    private static IEnumerable<string> Texts(ApiOperation operation) =>
        operation.BodyExample!.Value.EnumerateObject().Where(member => member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Array).Select(member => member.Name);

    private static string Body(ApiOperation operation, string name, string unusable)
    {
        var members = operation.BodyExample!.Value.EnumerateObject().Select(member => $"\"{member.Name}\":{(member.Name != name ? member.Value.GetRawText()
            : member.Value.ValueKind == JsonValueKind.Array ? $"[\"{Canary}{unusable}\"]" : $"\"{Canary}{unusable}\"")}");
        return $"{{{string.Join(',', members)}}}";
    }

    private async Task<Answer> SendAsync(ApiOperation operation, string body, string? type = "application/json")
    {
        using var http = App.NewClient();
        using var request = new HttpRequestMessage(operation.Method, System.Text.RegularExpressions.Regex.Replace(operation.Path, @"\{[^}]+\}", Guid.Empty.ToString()));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Bearer);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var response = await http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
