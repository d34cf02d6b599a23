using Microsoft.AspNetCore.Mvc;

namespace WebApp.Areas.Api.OpenApi;

/// <summary>Declares the status of an action's success without a body: <c>[Answers(204)]</c>.</summary>
/// <param name="status">HTTP status.</param>
public sealed class AnswersAttribute(int status) : ProducesResponseTypeAttribute(status);

/// <summary>Declares the body of an action's success: <c>[AnswersWith&lt;TokensResponse&gt;]</c>.</summary>
/// <typeparam name="TBody">The type of the JSON body.</typeparam>
/// <param name="status">HTTP status.</param>
public sealed class AnswersWithAttribute<TBody>(int status = StatusCodes.Status200OK) : ProducesResponseTypeAttribute(typeof(TBody), status);

/// <summary>Declares another media type of an action's answer: <c>[AlsoAs("text/csv", "id,at\n…")]</c>.</summary>
/// <param name="mediaType">The media type.</param>
/// <param name="example">An example.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class AlsoAsAttribute(string mediaType, string example) : Attribute
{
    /// <summary>The media type.</summary>
    public string MediaType => mediaType;

    /// <summary>An example.</summary>
    public string Example => example;
}

/// <summary>
/// Declares the errors of an action, for the document: <c>[Refuses(nameof(ApiErrors.InvalidCode))]</c>. Errors that follow from
/// the action's authorization, limits and body are not repeated (<see cref="CommonRefusals"/>).
/// </summary>
/// <param name="errors">Names of members of <see cref="ApiErrors"/>.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RefusesAttribute(params string[] errors) : Attribute
{
    /// <summary>The errors.</summary>
    /// <exception cref="ArgumentException">A name is not a member of <see cref="ApiErrors"/>.</exception>
    public IEnumerable<ApiError> Errors => errors.Select(name =>
        typeof(ApiErrors).GetField(name)?.GetValue(null) as ApiError ?? throw new ArgumentException($"ApiErrors has no {name}."));
}
