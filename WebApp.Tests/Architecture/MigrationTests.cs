using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using WebApp.Platform.Data;
using WebApp.Tests.Support;

namespace WebApp.Tests.Architecture;

/// <summary>Migrations since the last release only add: a node of that release goes on beside them (docs/operations.md, “Upgrading”).</summary>
public sealed partial class MigrationTests
{
    // Statements that take something away and do no harm to the last release, each with the reason. Empty it when a version is released.
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["drops something: DROP INDEX ix_sessions_ended_before_use"] = "no unique one; the last release only looks longer for what it found with it, once, when it starts",
    };

    private static IEnumerable<TestCaseData> Later => typeof(AppDbContext).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Migration)) && string.CompareOrdinal(Id(type), PreviousRelease.LastMigration) > 0)
        .OrderBy(Id, StringComparer.Ordinal)
        .Select(type => new TestCaseData(type).SetArgDisplayNames(Id(type)));

    [TestCaseSource(nameof(Later))]
    public void A_migration_since_the_last_release_is_additive(Type type)
    {
        var operations = ((Migration)Activator.CreateInstance(type)!).UpOperations;
        Assert.That(operations, Is.All.InstanceOf<SqlOperation>(), "Migrations are written by hand.");
        var sql = string.Join(";\n", operations.Cast<SqlOperation>().Select(operation => operation.Sql));
        Assert.That(Faults(sql).Where(fault => !Allowed.ContainsKey(fault)), Is.Empty);
    }

    [Test]
    public void There_are_migrations_to_look_at() => Assert.That(Later.Count(), Is.GreaterThan(3));

    [TestCase("ALTER TABLE users DROP COLUMN display_name")]
    [TestCase("ALTER TABLE users DROP display_name, ADD name text")]
    [TestCase("alter table users rename display_name to name")]
    [TestCase("ALTER TABLE users RENAME TO people")]
    [TestCase("DROP TABLE registrations")]
    [TestCase("DROP INDEX ix_users_normalized_email")]
    [TestCase("DROP FUNCTION tell_user_change")]
    [TestCase("ALTER TABLE users ALTER display_name TYPE varchar(50)")]
    [TestCase("ALTER TABLE users ALTER COLUMN display_name SET DATA TYPE varchar(50)")]
    [TestCase("ALTER TABLE users ALTER display_name SET NOT NULL")]
    [TestCase("ALTER TABLE users ALTER email_codes_enabled DROP DEFAULT")]
    [TestCase("ALTER TABLE users ADD color text NOT NULL")]
    [TestCase("ALTER TABLE users ADD COLUMN a integer NOT NULL DEFAULT 0, ADD COLUMN b numeric(10, 2) NOT NULL")]
    [TestCase("ALTER TABLE users ADD CONSTRAINT c CHECK (length(display_name) < 50)")]
    [TestCase("CREATE UNIQUE INDEX ix_users_display_name ON users (display_name)")]
    [TestCase("CREATE OR REPLACE FUNCTION tell_user_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('webapp_changes', NEW.id::text); RETURN NULL; END $$")]
    [TestCase("TRUNCATE attempts")]
    [TestCase("DELETE FROM sessions WHERE kind = 'api'")]
    public void What_takes_something_away_is_found(string sql) => Assert.That(Faults(sql), Is.Not.Empty);

    [TestCase("ALTER TABLE users ADD color text, ADD shade text NOT NULL DEFAULT 'a, b'")]
    [TestCase("ALTER TABLE users ALTER email_codes_enabled SET DEFAULT false")]
    [TestCase("CREATE TABLE colors (id uuid NOT NULL, name text NOT NULL UNIQUE, CONSTRAINT pk_colors PRIMARY KEY (id)); CREATE UNIQUE INDEX ix_colors ON colors (name); ALTER TABLE colors ADD CONSTRAINT c CHECK (name <> '')")]
    [TestCase("CREATE INDEX ix_users_display_name ON users (display_name)")]
    [TestCase("-- DROP TABLE users\nUPDATE users SET display_name = 'DROP TABLE'")]
    public void What_only_adds_is_allowed(string sql) => Assert.That(Faults(sql), Is.Empty);

    // Each fault is the rule and the statement, in one line.
    private static IEnumerable<string> Faults(string sql)
    {
        var plain = Spaces().Replace(Texts().Replace(Comments().Replace(sql, " "), "''"), " ");
        HashSet<string> made = [.. CreatedTables().Matches(plain).Select(match => match.Groups[1].Value.ToLowerInvariant())];
        return from statement in plain.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
               let table = Table().Match(statement) is { Success: true } match ? match.Groups[1].Value.ToLowerInvariant() : ""
               where !made.Contains(table)
               let fault = Fault(statement)
               where fault is not null
               select $"{fault}: {statement}";
    }

    private static string? Fault(string statement) =>
        Drops().IsMatch(statement) ? "drops something"
        : Renames().IsMatch(statement) ? "renames something"
        : Types().IsMatch(statement) ? "changes a type"
        : Required().IsMatch(statement) ? "makes a column required"
        : Replaces().IsMatch(statement) ? "replaces a function or trigger that the last release relies on"
        : Deletes().IsMatch(statement) ? "deletes rows"
        : Limits().IsMatch(statement) ? "limits what a table of the last release may hold"
        : Parts(statement).Any(part => Adds().IsMatch(part) && NotNull().IsMatch(part) && !Default().IsMatch(part)) ? "adds a required column without a default"
        : null;

    // The actions of an ALTER TABLE: at commas outside brackets.
    private static IEnumerable<string> Parts(string statement)
    {
        var (depth, from) = (0, 0);
        for (var i = 0; i < statement.Length; i++)
        {
            depth += statement[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0 && statement[i] == ',')
            {
                yield return statement[from..i];
                from = i + 1;
            }
        }

        yield return statement[from..];
    }

    private static string Id(Type migration) => migration.GetCustomAttribute<MigrationAttribute>()!.Id;

    [GeneratedRegex(@"--[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();

    // Bodies of functions stay: what is in them counts.
    [GeneratedRegex("'(?:[^']|'')*'")]
    private static partial Regex Texts();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"\bCREATE (?:UNLOGGED )?TABLE (?:IF NOT EXISTS )?(\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex CreatedTables();

    [GeneratedRegex(@"^(?:ALTER TABLE (?:ONLY )?|CREATE UNIQUE INDEX \w+ ON |CREATE (?:UNLOGGED )?TABLE )(\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex Table();

    [GeneratedRegex(@"\bDROP\b", RegexOptions.IgnoreCase)]
    private static partial Regex Drops();

    [GeneratedRegex(@"\bRENAME\b", RegexOptions.IgnoreCase)]
    private static partial Regex Renames();

    [GeneratedRegex(@"\bALTER (?:COLUMN )?\w+ (?:SET DATA )?TYPE\b", RegexOptions.IgnoreCase)]
    private static partial Regex Types();

    [GeneratedRegex(@"\bSET NOT NULL\b", RegexOptions.IgnoreCase)]
    private static partial Regex Required();

    [GeneratedRegex(@"\bCREATE OR REPLACE\b", RegexOptions.IgnoreCase)]
    private static partial Regex Replaces();

    [GeneratedRegex(@"\bTRUNCATE\b|\bDELETE FROM\b", RegexOptions.IgnoreCase)]
    private static partial Regex Deletes();

    [GeneratedRegex(@"\bADD CONSTRAINT\b|\bADD (?:CHECK|UNIQUE|PRIMARY KEY|FOREIGN KEY|EXCLUDE)\b|\bCREATE UNIQUE INDEX\b", RegexOptions.IgnoreCase)]
    private static partial Regex Limits();

    [GeneratedRegex(@"\bADD\b", RegexOptions.IgnoreCase)]
    private static partial Regex Adds();

    [GeneratedRegex(@"\bNOT NULL\b", RegexOptions.IgnoreCase)]
    private static partial Regex NotNull();

    [GeneratedRegex(@"\bDEFAULT\b|\bGENERATED\b", RegexOptions.IgnoreCase)]
    private static partial Regex Default();
}
