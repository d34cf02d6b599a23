using Microsoft.AspNetCore.Mvc;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>Says with which status an action succeeds, and that nothing else is in the answer: <c>[Answers(204)]</c>.</summary>
/// <param name="status">HTTP status.</param>
public sealed class AnswersAttribute(int status) : ProducesResponseTypeAttribute(status);

/// <summary>Says what an action answers with when it succeeds: <c>[AnswersWith&lt;TokensResponse&gt;]</c>.</summary>
/// <typeparam name="TBody">What the JSON is made from.</typeparam>
/// <param name="status">HTTP status.</param>
public sealed class AnswersWithAttribute<TBody>(int status = StatusCodes.Status200OK) : ProducesResponseTypeAttribute(typeof(TBody), status);

/// <summary>Says in which other forms than JSON an action gives its answer: <c>[AlsoAs("text/csv", "id,at\n…")]</c>.</summary>
/// <param name="mediaType">The form.</param>
/// <param name="example">A piece of it.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class AlsoAsAttribute(string mediaType, string example) : Attribute
{
    /// <summary>The form.</summary>
    public string MediaType => mediaType;

    /// <summary>A piece of it.</summary>
    public string Example => example;
}

/// <summary>
/// Says which errors an action itself answers with, for the document: <c>[Refuses(nameof(ApiErrors.InvalidCode))]</c>. Those that follow from
/// how the action is guarded, limited and called are not repeated (<see cref="CommonRefusals"/>).
/// </summary>
/// <param name="errors">Names of members of <see cref="ApiErrors"/>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RefusesAttribute(params string[] errors) : Attribute
{
    /// <summary>The errors.</summary>
    /// <exception cref="ArgumentException">A name is none of <see cref="ApiErrors"/>.</exception>
    public IEnumerable<ApiError> Errors => errors.Select(name =>
        typeof(ApiErrors).GetField(name)?.GetValue(null) as ApiError ?? throw new ArgumentException($"ApiErrors has no {name}."));
}
