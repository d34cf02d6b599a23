using System.Text;
using WebApp.Tests.Operations.Commands;
using WebApp.Tests.Support;

namespace WebApp.Tests.Features.Accounts.Importing;

/// <summary>What a file may look like, and which of its lines are refused.</summary>
public sealed class ImportTests : OwnApp
{
    private static readonly UTF8Encoding WithMark = new(encoderShouldEmitUTF8Identifier: true);

    private readonly string directory = Directory.CreateTempSubdirectory("webapp-import-").FullName;

    [OneTimeTearDown]
    public void Clean() => Directory.Delete(directory, recursive: true);

    [Test]
    public async Task An_account_that_somebody_registered_and_never_confirmed_gives_way()
    {
        var email = $"squatted-{Guid.NewGuid():N}@example.org";
        await App.AddUnfinishedAccountAsync(email, "Somebody else's 7 candles!");
        var file = await ForeignUsers.WriteAsync(directory, "squatted.csv", $"email,roles\n{email},admin\n");
        Assert.That((await ImportAsync(file, "--dry-run")).Output, Does.Not.Contain("already"));
        var (code, output, _) = await ImportAsync(file);
        Assert.That(code, Is.Zero, output);
        Assert.That(await App.QueryAsync<bool>("SELECT password_hash IS NULL FROM users WHERE email = $1", email), Is.True);
    }

    [Test]
    public async Task Each_bad_line_is_refused_by_its_number_and_the_good_ones_are_not()
    {
        var taken = await App.CreateUserAsync();
        var id = Guid.NewGuid();
        var file = await ForeignUsers.WriteAsync(directory, "bad.csv", $"""
            email,password_hash,display_name,email_confirmed,roles,created_at,id
            good2@example.org,{ForeignUsers.Bcrypt},Ada,true,admin,2020-01-02 03:04:05.678901+00,{id}
            no address,,,,,,
            good2@EXAMPLE.org,,,,,,
            {taken.Email},,,,,,
            plain@example.org,hunter2hunter2,,,,,
            name@example.org,,{new string('x', 101)},,,,
            flag@example.org,,,perhaps,,,
            role@example.org,,,,emperor,,
            time@example.org,,,,,31/12/2020,
            future@example.org,,,,,2999-01-01,
            uuid@example.org,,,,,,17
            few@example.org,,
            quote@example.org,"open,,,,,
            mid@example.org,,a"b,,,,

            same-id@example.org,,,,,,{id}
            bell@example.org,,{'\a'},,,,
            cost@example.org,$2b$31$abcdefghijklmnopqrstuubM6VAyQuUoTOHRaPnjIiS2KoM52OKlK,,,,,
            good20@example.org,,,,,,
            """);
        var report = Path.Combine(directory, "report.csv");
        var before = await CountAsync();
        var rehearsal = await ImportAsync(file, "--dry-run");
        Assert.That(await CountAsync(), Is.EqualTo(before), "A rehearsal writes nothing.");

        var (code, output, errors) = await ImportAsync(file, "--report", report);

        Assert.That((code, errors), Is.EqualTo((1, "")), output);
        Assert.That(output.Split('\n'), Is.EqualTo(new[]
        {
            "line 3: email is not an email address",
            "line 4: email is the same as in line 2",
            "line 5: email has an account already",
            "line 6: password_hash is of no known format, or costs too much (plain text is never taken)",
            "line 7: display_name has more than 100 characters, or control characters",
            "line 8: email_confirmed is neither true nor false",
            "line 9: roles names a role that is not there",
            "line 10: created_at is no time in the past, such as 2024-05-31T12:00:00Z",
            "line 11: created_at is no time in the past, such as 2024-05-31T12:00:00Z",
            "line 12: id is no UUID",
            "line 13: 3 fields, where the first line has 7",
            "line 14: a quote is not closed on its line, or stands in the middle of a field",
            "line 15: a quote is not closed on its line, or stands in the middle of a field",
            "line 17: id is that of another account",
            "line 18: display_name has more than 100 characters, or control characters",
            "line 19: password_hash is of no known format, or costs too much (plain text is never taken)",
            "Imported 2, refused 16.",
            "",
        }));
        Assert.That(rehearsal.Output, Is.EqualTo(output.Replace("Imported 2", "Would import 2", StringComparison.Ordinal)), "A rehearsal says the same.");
        Assert.That((await File.ReadAllLinesAsync(report))[..3], Is.EqualTo(new[] { "line,reason", "3,\"email is not an email address\"", "4,\"email is the same as in line 2\"" }));
        Assert.That(await File.ReadAllTextAsync(report) + output, Does.Not.Contain("hunter2"));

        Assert.That(await App.QueryAsync<string>(
            "SELECT concat_ws(' ', u.id, u.display_name, u.email_confirmed, u.created_at AT TIME ZONE 'UTC', string_agg(r.name, ',' ORDER BY r.name)) FROM users u JOIN user_roles ur ON ur.user_id = u.id JOIN roles r ON r.id = ur.role_id WHERE u.email = 'good2@example.org' GROUP BY u.id"),
            Is.EqualTo($"{id} Ada t 2020-01-02 03:04:05.678901 admin,user"));
        await Api.LoginAsync(new(id, "good2@example.org", ForeignUsers.Password));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM users WHERE password_hash = 'hunter2hunter2'"), Is.Zero);
    }

    [Test]
    public async Task Of_two_lines_with_one_id_the_one_that_finds_room_is_imported()
    {
        var taken = await App.CreateUserAsync();
        var id = Guid.NewGuid();
        var file = await ForeignUsers.WriteAsync(directory, "ids.csv", $"""
            email,id
            {taken.Email},{id}
            room@example.org,{id}
            room@example.org,{id}
            other@example.org,{id}
            """);
        Assert.That((await ImportAsync(file)).Output, Is.EqualTo(
            "line 2: email has an account already\nline 4: email is the same as in line 3\nline 5: id is that of another account\nImported 1, refused 3.\n"));
        Assert.That(await App.QueryAsync<string>("SELECT email FROM users WHERE id = $1", id), Is.EqualTo("room@example.org"));
    }

    [TestCase("email;display_name\r\n\"se\"\"mi\"\"@x.org\";x\r\nsemi@example.org;\"Doe; Jane \"\"JD\"\"\"\r\n", "semi@example.org", "Doe; Jane \"JD\"")]
    [TestCase("display_name\temail\nTab, Ulla\ttab@example.org", "tab@example.org", "Tab, Ulla")]
    [TestCase("\"EMAIL\",\"Display_Name\"\n\"quoted@example.org\",\"Größe 👩‍🔬\"\n", "quoted@example.org", "Größe 👩‍🔬")]
    public async Task Commas_semicolons_tabs_quotes_and_line_ends_are_read_as_they_come(string text, string email, string name)
    {
        foreach (var encoding in (Encoding[])[WithMark, new UTF8Encoding(false), Encoding.Unicode])
        {
            await App.QueryAsync<object>("DELETE FROM users WHERE email = $1", email);
            var file = await ForeignUsers.WriteAsync(directory, $"{Guid.NewGuid():N}.csv", text, encoding);
            Assert.That((await ImportAsync(file)).Output, Does.Contain("Imported 1, refused"));
            Assert.That(await App.QueryAsync<string>("SELECT display_name FROM users WHERE email = $1", email), Is.EqualTo(name));
        }
    }

    [Test]
    public async Task Lines_of_JSON_are_read_too()
    {
        var file = await ForeignUsers.WriteAsync(directory, "users.ndjson", $$"""
            {"email":"json1@example.org","password_hash":"{{ForeignUsers.Django}}","email_confirmed":true,"roles":["user","admin"],"display_name":null}
            {"email":"json2@example.org","password":"hunter2"}
            {"email":"json3@example.org","email":"json4@example.org"}
            ["json5@example.org"]
            {"email":"json6@example.org","display_name":"\ud800"}
            {"email":"json7@example.org","display_name":7}
            nonsense

            {"display_name":"nobody"}
            {"email":"json10@example.org"}
            """);
        var (code, output, _) = await ImportAsync(file);
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output.Split('\n'), Is.EqualTo(new[]
        {
            "line 2: “password” is no column: passwords are not imported as plain text, only as hashes (password_hash)",
            "line 3: email is there twice, or of the wrong type",
            "line 4: no JSON object",
            "line 5: no JSON object",
            "line 6: display_name is there twice, or of the wrong type",
            "line 7: no JSON object",
            "line 9: email is not an email address",
            "Imported 2, refused 7.",
            "",
        }));
        await Api.LoginAsync(new(Guid.Empty, "json1@example.org", ForeignUsers.Password));
    }

    [TestCase("WebApp: The first line must name columns: “password” is no column: passwords are not imported as plain text, only as hashes (password_hash).", "email,password\na@example.org,x", "f1.csv")]
    [TestCase("WebApp: The first line must name columns: “mail” is no column: there are created_at, display_name, email, email_confirmed, id, password_hash, roles.", "mail,display_name", "f2.csv")]
    [TestCase("WebApp: The first line does not name the column email.", "display_name\nAda", "f3.csv")]
    [TestCase("WebApp: The first line names a column twice.", "email,email", "f4.csv")]
    [TestCase("WebApp: The file is empty.", "", "f5.csv")]
    [TestCase("WebApp: A file to import is called ….csv or ….ndjson.", "email", "f6.txt")]
    public async Task A_file_that_makes_no_sense_is_not_begun(string why, string text, string name)
    {
        var before = await App.QueryAsync<long>("SELECT count(*) FROM imports");
        var (code, output, errors) = await ImportAsync(await ForeignUsers.WriteAsync(directory, name, text));
        Assert.That((code, output, errors), Is.EqualTo((2, "", why + "\n")));
        Assert.That(await App.QueryAsync<long>("SELECT count(*) FROM imports"), Is.EqualTo(before));
    }

    [Test]
    public async Task An_endless_line_costs_one_line_and_broken_UTF8_costs_one_too()
    {
        var path = Path.Combine(directory, "endless.csv");
        await using (var file = File.Create(path))
        {
            await file.WriteAsync("email,display_name\nlong@example.org,"u8.ToArray());
            await file.WriteAsync(Enumerable.Repeat((byte)'x', 3_000_000).ToArray());
            await file.WriteAsync("\nlatin@example.org,\xE9\n"u8.ToArray()[..20]);
            await file.WriteAsync(new byte[] { 0xE9, (byte)'\n' });
            await file.WriteAsync("after@example.org,After\n"u8.ToArray());
        }

        Assert.That((await ImportAsync(path)).Output, Is.EqualTo("line 2: the line is too long\nline 3: no valid UTF-8\nImported 1, refused 2.\n"));
    }

    [Test]
    public async Task An_unconfirmed_import_cannot_sign_in_and_a_missing_file_is_reported()
    {
        var file = await ForeignUsers.WriteAsync(directory, "unconfirmed.csv", $"email,password_hash\nunconfirmed@example.org,{ForeignUsers.Bcrypt}\n");
        Assert.That((await ImportAsync(file)).ExitCode, Is.Zero);
        Assert.That((await Api.PostAsync("/auth/login", new { email = "unconfirmed@example.org", password = ForeignUsers.Password })).Code, Is.EqualTo("invalid_credentials"));
        Assert.That((await ImportAsync(Path.Combine(directory, "absent.csv"))).Errors, Does.StartWith("WebApp: Could not find file").And.Match("^[^\n]+\n$"));
    }

    private Task<string?> CountAsync() => App.QueryAsync<string>(
        "SELECT concat_ws(' ', (SELECT count(*) FROM users), (SELECT count(*) FROM imports), (SELECT count(*) FROM import_refusals), (SELECT count(*) FROM security_events))");

    private Task<(int ExitCode, string Output, string Errors)> ImportAsync(string file, params string[] options) =>
        ConsoleCommand.RunAsync(App.ConnectionString, "", ["import", file, .. options]);
}
