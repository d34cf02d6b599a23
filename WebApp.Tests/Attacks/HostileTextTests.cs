using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using WebApp.Tests.Support;

namespace WebApp.Tests.Attacks;

/// <summary>
/// Text that no field can hold, in every field there is: those of the API come from its OpenAPI document, those of pages from their forms. It is refused
/// before anything works with it, and neither it nor an exception made of it reaches a log (ASVS 16.2.5).
/// </summary>
public sealed class HostileTextTests
{
    private const string Canary = "Canary4711";

    private static readonly string[] Loud = ["Default", "Microsoft", "Npgsql", "WebApp", "Microsoft.EntityFrameworkCore.Database.Command", "WebApp.Features.Sessions.SessionCookieHandler"];

    // As they stand in JSON: U+0000, an escape sequence, two more controls; and both halves of a surrogate pair alone, with which it is no text at all.
    private static readonly (string Text, string Code)[] Unusable =
        [("\\u0000", "validation_failed"), ("\\u001b", "validation_failed"), ("\\u0085", "validation_failed"), ("\u007f", "validation_failed"), ("\\ud800", "malformed_request"), ("\\udc00", "malformed_request")];

    private readonly LogBook log = new();
    private TestApp app = null!;
    private string bearer = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        app = await TestApp.StartAsync(adjust: builder => builder.Logging.ClearProviders().AddProvider(log), settings: [.. Loud.Select(category => $"Logging:LogLevel:{category}=Trace")]);
        bearer = (await new ApiClient(app).LoginAsync(await app.CreateAdminAsync())).Access;
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await app.DisposeAsync();
        log.Dispose();
    }

    [SetUp]
    public void Forget() => log.Clear();

    [TearDown]
    public void The_log_has_no_error_and_nothing_that_was_sent()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.Errors, Is.Empty);
            Assert.That(log.Lines.Where(line => line.Contains(Canary, StringComparison.OrdinalIgnoreCase)), Is.Empty);
        }
    }

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
                        Assert.That(ApiAnswer.Members(answer.Json.GetProperty("errors")), Is.EqualTo([name]), $"{operation}");
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
        using var browser = new Visitor(app);
        await browser.SignInAsync(await app.CreateAdminAsync());
        foreach (var way in WayIn.All(app))
        {
            foreach (var name in way.Inputs)
            {
                foreach (var text in new[] { "\0", "\u001b", "\u0085", "\u007f" })
                {
                    using var request = way.Reads || way.IsApi
                        ? new HttpRequestMessage(way.Method, new Uri($"{way.Path()}?{name}={Canary}{Uri.EscapeDataString(text)}", UriKind.Relative))
                        : browser.Form(way.Path(), (name, Canary + text));
                    request.Headers.Authorization = way.IsApi ? new("Bearer", bearer) : null;
                    using var response = await browser.SendAsync(request);
                    Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), $"{way} {name}");
                    if (way.IsApi)
                    {
                        var answer = await ApiAnswer.ReadAsync(response);
                        Assert.That((answer.Code, ApiAnswer.Members(answer.Json.GetProperty("errors"))), Is.EqualTo(("validation_failed", (string[])[name])), $"{way}");
                    }

                    seen++;
                }
            }
        }

        Assert.That(seen, Is.GreaterThan(300), "there are more fields than that");
    }

    [Test]
    public async Task Names_of_fields_and_pieces_of_paths_are_refused_alike()
    {
        foreach (var path in new[] { "/login?%1b=x", "/nowhere/%1b", "/api/v1/me?a%7f=1", "/api/v1/groups/%1b" })
        {
            Assert.That((await RawHttp.SendAsync(app, $"GET {path}", "", $"Host: {app.BaseAddress.Authority}")).Status, Is.EqualTo(400), path);
        }

        using var browser = new Visitor(app);
        using var page = await browser.GetAsync("/login");
        using var answer = await browser.PostAsync("/login", ($"{Canary}\0", "x"));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        foreach (var call in new[] { "/tokens/introspect", "/tokens/revoke" })
        {
            var refused = await new ApiClient(app).PostFormAsync(call, bearer, ("token", $"{Canary}\u001b"));
            Assert.That((refused.Code, ApiAnswer.Members(refused.Json.GetProperty("errors"))), Is.EqualTo(("validation_failed", (string[])["token"])), call);
        }
    }

    [TestCase("X-Forwarded-For")]
    [TestCase("X-Forwarded-Proto")]
    [TestCase("X-Forwarded-Uri")]
    [TestCase("X-Original-URL")]
    [TestCase("X-Remote-User")]
    [TestCase("Authorization")]
    [TestCase("Cookie")]
    [TestCase("Accept-Language")]
    public async Task A_control_character_in_a_header_is_refused(string header)
    {
        foreach (var path in new[] { "/login", "/api/v1/me", "/api/v1/forward-auth" })
        {
            var (status, text) = await RawHttp.SendAsync(app, $"GET {path}", "", $"Host: {app.BaseAddress.Authority}", $"{header}: {Canary}\u001b[31m");
            Assert.That(status, Is.EqualTo(400), text);
            Assert.That(text, Does.Contain(path == "/login" ? "text/html" : "validation_failed"));
        }
    }

    [Test]
    public async Task In_the_name_a_client_gives_itself_it_is_left_out()
    {
        var (status, text) = await RawHttp.SendAsync(app, "GET /login", "", $"Host: {app.BaseAddress.Authority}", "User-Agent: Mozilla\u001b[31m/5.0");
        Assert.That(status, Is.EqualTo(200), text);
    }

    [TestCase("POST /login", "application/x-www-form-urlencoded")]
    [TestCase("POST /api/v1/auth/login", "application/json")]
    [TestCase("POST /api/v1/tokens/revoke", "application/x-www-form-urlencoded")]
    [TestCase("POST /nowhere", "application/x-www-form-urlencoded")]
    public async Task A_body_in_broken_chunks_is_a_bad_request_and_no_failure(string line, string type)
    {
        foreach (var chunks in new[] { $"zz\r\n{Canary}\r\n0\r\n\r\n", $"-1\r\n{Canary}", "ffffffffffffffffff\r\nx", $"5\r\n{Canary}{Canary}\r\n0\r\n\r\n" })
        {
            var request = $"{line} HTTP/1.1\r\nHost: {app.BaseAddress.Authority}\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunks}";
            var (status, text) = await RawHttp.SendAsync(app.BaseAddress, request);
            Assert.That(status, Is.EqualTo(line.EndsWith("nowhere", StringComparison.Ordinal) ? 404 : 400).Or.EqualTo(400), text);
        }
    }

    [TestCase("antiforgery")]
    [TestCase("session")]
    [TestCase("notice")]
    [TestCase("pending")]
    [TestCase("device")]
    [TestCase("passkey")]
    public async Task A_cookie_of_ours_that_is_garbage_is_as_none(string name)
    {
        foreach (var value in new[] { Canary, "CfDJ8" + Canary, "%00", "", "a|b|c", new string('A', 3000) })
        {
            using var browser = new Visitor(app) { Cookies = { [name] = value } };
            using var page = await browser.GetAsync("/login");
            Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            using var form = await browser.PostAsync("/login", ("Email", "a@example.org"), ("Password", "x"));
            Assert.That((int)form.StatusCode, Is.LessThan(500));
        }
    }

    [Test]
    public async Task Pages_dates_and_addresses_out_of_range_are_no_failure()
    {
        string[] values =
        [
            "2147483647", "-2147483648", "0", "-1", "99999999999999999999", "0001-01-01", "0001-01-01T00:00:00Z", "9999-12-31T23:59", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00",
            "fe80::1%1", "::ffff:1.2.3.4/120", "0.0.0.0/0", "::/0", "1", "fe80::1%1/64", "255.255.255.255/33", "ffffffff-ffff-ffff-ffff-ffffffffffff", "\uFFFF", "%", "_", "\\",
        ];
        using var browser = new Visitor(app);
        await browser.SignInAsync(await app.CreateAdminAsync());
        foreach (var way in WayIn.All(app).Where(way => way.Reads))
        {
            foreach (var (name, value) in way.Inputs.SelectMany(name => values.Select(value => (name, value))))
            {
                using var request = new HttpRequestMessage(way.Method, new Uri($"{way.Path()}?{name}={Uri.EscapeDataString(value)}", UriKind.Relative));
                request.Headers.Authorization = way.IsApi ? new("Bearer", bearer) : null;
                using var answer = await browser.SendAsync(request);
                Assert.That((int)answer.StatusCode, Is.LessThan(500), $"{way} {name}={value}");
            }
        }
    }

    private static IEnumerable<string> Texts(ApiOperation operation) =>
        operation.BodyExample!.Value.EnumerateObject().Where(member => member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Array).Select(member => member.Name);

    private static string Body(ApiOperation operation, string name, string unusable)
    {
        var members = operation.BodyExample!.Value.EnumerateObject().Select(member => $"\"{member.Name}\":{(member.Name != name ? member.Value.GetRawText()
            : member.Value.ValueKind == JsonValueKind.Array ? $"[\"{Canary}{unusable}\"]" : $"\"{Canary}{unusable}\"")}");
        return $"{{{string.Join(',', members)}}}";
    }

    private async Task<ApiAnswer> SendAsync(ApiOperation operation, string body, string? type = "application/json")
    {
        using var http = app.NewClient();
        using var request = new HttpRequestMessage(operation.Method, System.Text.RegularExpressions.Regex.Replace(operation.Path, @"\{[^}]+\}", Guid.Empty.ToString()));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        using var response = await http.SendAsync(request);
        return await ApiAnswer.ReadAsync(response);
    }
}
