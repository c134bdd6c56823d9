import assert from "node:assert/strict";
import { test } from "node:test";
import { templateProblems } from "../workspace/languages/template-tags.js";

const messages = (source) => templateProblems(source).map((found) => `${source.slice(found.from, found.to)}: ${found.message}`);

test("a whole template has no marks", () => {
  const source = `{% extends "base.html" %}{% load static %}
    {% block content %}{% for one in all %}{% if one %}{{ one.name|default:"}" }}{% elif two %}{% else %}x{% endif %}{% empty %}none{% endfor %}
    {% with a=b %}{% include "x.html" %}{% endwith %}{# a note %} #}{% url "home" as here %}{% csrf_token %}
    {% blocktranslate count n=n %}one{% plural %}many{% endblocktranslate %}{% endblock content %}`;
  assert.deepEqual(messages(source), []);
});

test("a block that nobody closes is marked where it begins", () => {
  assert.deepEqual(messages("<p>{% if user %}hello</p>"), ["{% if user %}: {% if %} has no {% endif %}."]);
  assert.deepEqual(messages("{% block a %}{% for x in y %}{% endblock %}"), [
    "{% for x in y %}: {% for %} has no {% endfor %} before {% endblock %}.",
  ]);
});

test("an end without a beginning, and what stands between in the wrong block", () => {
  assert.deepEqual(messages("{% endfor %}"), ["{% endfor %}: {% endfor %} closes nothing: there is no {% for %} before it."]);
  assert.deepEqual(messages("{% if a %}{% empty %}{% endif %}"), ["{% empty %}: {% empty %} stands in {% if %}, which has none."]);
  assert.deepEqual(messages("{% else %}"), ["{% else %}: {% else %} belongs to nothing."]);
});

test("braces that are not closed on their line", () => {
  assert.deepEqual(messages("{{ name }\n{% url 'home' %\n{{ other }}"), ["{{: {{ is not closed on this line.", "{%: {% is not closed on this line."]);
});

test("tags of one's own are blocks where the file closes them", () => {
  assert.deepEqual(messages("{% panel %}{% else %}x{% endpanel %}{% icon 'x' %}"), []);
});

test("what is commented out or verbatim is not read", () => {
  assert.deepEqual(messages("{% comment %}{% if %}{% endcomment %}{% verbatim %}{{ raw }{% endverbatim %}"), []);
});
